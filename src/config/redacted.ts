import { type Inspection, SETTING_NAMES, type Settings } from '../config.js';
import { keysOf } from './encryption-keys.js';
import { listOf } from './sources.js';

type Name = keyof Settings;

/** Settings whose value nobody may read off a screen. */
const SECRET: { readonly [Key in Name]?: (value: string) => string } = {
  DATABASE_URL: withoutPassword,
  QUEUE_URL: withoutPassword,
  ENCRYPTION_KEYS: (value) =>
    keysOf(value, [])
      .map(({ id }, index) => (index === 0 ? `${id} (active)` : id))
      .join(', '),
  INTUIT_CLIENT_SECRET: () => '(set)',
  INTUIT_VERIFIER_TOKENS: (value) => {
    const count = listOf(value).length;
    return count === 0 ? '' : `(${count} set)`;
  },
  OIDC_CLIENT_SECRET: () => '(set)',
  METRICS_TOKEN: () => '(set)',
  POSTGRES_PASSWORD: () => '(set)',
};

/** Every setting that has a value, with secrets left out; for a person who looks for a mistake. */
export function redactedSettings({
  valid,
  given,
}: Pick<Inspection, 'valid' | 'given'>): { name: Name; value: string; isDefault: boolean }[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = valid[name];
    if (value === undefined) return [];
    const shown = SECRET[name]?.(String(value)) ?? String(value);
    return shown === '' ? [] : [{ name, value: shown, isDefault: !given.has(name) }];
  });
}

function withoutPassword(address: string): string {
  if (!URL.canParse(address)) return '(set)';
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  // Drivers take passwords as parameters, too.
  for (const name of [...url.searchParams.keys()]) {
    if (/pass|secret|key|token/i.test(name)) url.searchParams.set(name, '***');
  }
  return url.href;
}
