import type { ConfigProblem, Settings } from '../config.js';
import { SINGLE_SIGN_ON_TOGETHER } from './single-sign-on.js';

/** Rules that speak of more than one setting. */
export function rulesAcross(
  settings: Partial<Settings>,
  given: Record<string, string>,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const isProduction = settings.INTUIT_ENVIRONMENT === 'production';
  const isSimulator = settings.INTUIT_ENVIRONMENT === 'simulator';
  const add = (name: string, rule: string) => problems.push({ name, rule });
  if (isProduction && given['QUEUE_URL'] === undefined)
    add('QUEUE_URL', 'is required in production');
  if (isProduction && settings.PUBLIC_URL?.startsWith('https://') === false)
    add('PUBLIC_URL', 'must be https:// in production');
  if (isSimulator && given['INTUIT_BASE_URL'] === undefined)
    add('INTUIT_BASE_URL', 'is required with the simulator');
  if (settings.INTUIT_ENVIRONMENT !== undefined && !isSimulator && settings.INTUIT_BASE_URL)
    add('INTUIT_BASE_URL', 'is for the simulator only');
  const stated = SINGLE_SIGN_ON_TOGETHER.filter((name) => given[name] !== undefined);
  for (const name of SINGLE_SIGN_ON_TOGETHER) {
    if (stated.length > 0 && !stated.includes(name)) add(name, `is required with ${stated[0]}`);
  }
  if (isProduction && (settings.INTUIT_CLIENT_SECRET?.length ?? 20) < 20)
    add('INTUIT_CLIENT_SECRET', 'is too short to be Intuit’s');
  for (const name of REFUSED_IN_PRODUCTION) {
    if (isProduction && given[name] !== undefined) add(name, 'is refused in production');
  }
  if (settings.INTUIT_ENVIRONMENT !== undefined && !isSimulator && given['QBO_SYNC_TEST_FAULT'])
    add('QBO_SYNC_TEST_FAULT', 'is for the simulator only');
  if ((settings.RETAIN_BODIES_DAYS ?? 0) > (settings.RETAIN_HISTORY_DAYS ?? Number.MAX_VALUE)) {
    add('RETAIN_BODIES_DAYS', 'must not exceed RETAIN_HISTORY_DAYS: the bytes go with their rows');
  }
  if (isProduction && isOpenRedis(settings.QUEUE_URL)) {
    add(
      'QUEUE_URL',
      'must carry a password, or stay on this machine: anyone could write into the queue',
    );
  }
  return problems;
}

const REFUSED_IN_PRODUCTION = [
  'QBO_SYNC_TEST_CLOCK',
  'QBO_SYNC_TEST_WAITS',
  'QBO_SYNC_TEST_DATABASE_WAITS',
  'QBO_SYNC_TEST_LANE',
  'QBO_SYNC_TEST_SCHEDULES',
] as const;

/** A Redis beyond this machine without a password; names without a dot are a private network's. */
function isOpenRedis(queueUrl: string | undefined): boolean {
  if (queueUrl === undefined || !queueUrl.startsWith('redis')) return false;
  const { hostname, password } = new URL(queueUrl);
  const isPrivate = /^(127\.|localhost$|\[::1\]$)/.test(hostname) || !hostname.includes('.');
  return password === '' && !isPrivate;
}
