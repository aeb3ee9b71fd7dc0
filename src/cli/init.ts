import { randomBytes, randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Refusal } from './refusal.js';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PASSWORD_LENGTH = 32;

/** `qbo-sync init`: an `.env` with fresh secrets. @throws Refusal where there is one */
export function writeEnvFile(path = '.env'): void {
  const password = Array.from(
    { length: PASSWORD_LENGTH },
    () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)],
  ).join('');
  const key = randomBytes(32).toString('base64');
  const metricsToken = randomBytes(24).toString('base64url');
  try {
    writeFileSync(path, envFile({ password, key, metricsToken }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Refusal(
      code === 'EEXIST'
        ? `There is an ${path} already, and its keys may be the only ones that read your data. ` +
            'It was left as it is.'
        : `${path} cannot be written (${code}).`,
    );
  }
}

function envFile({
  password,
  key,
  metricsToken,
}: {
  password: string;
  key: string;
  metricsToken: string;
}): string {
  return `# Settings of qbo-sync; .env.example explains each. Check them with: qbo-sync doctor
# Keep a copy of this file in a safe place: without the encryption key the data cannot be read.

# docker-compose.yml sets these two itself. Without Docker: your PostgreSQL and your Redis.
DATABASE_URL=postgres://qbo_sync:${password}@127.0.0.1:5432/qbo_sync
QUEUE_URL=redis://127.0.0.1:6379

# Where browsers and Intuit reach this installation. The redirect address to enter at Intuit is
# PUBLIC_URL/oauth/callback. https:// is required in production.
PUBLIC_URL=http://127.0.0.1:3000

# Encrypts tokens and documents. To rotate, put a new key in front and keep the old one.
ENCRYPTION_KEYS=k1:${key}

# Keys of your Intuit app: developer.intuit.com, your app, "Keys & credentials".
INTUIT_CLIENT_ID=
INTUIT_CLIENT_SECRET=
# Verifier token of its webhooks, on the page "Webhooks"; may stay empty.
INTUIT_VERIFIER_TOKENS=
# sandbox or production: which of the app's two sets of keys these are.
INTUIT_ENVIRONMENT=sandbox

# What a collector of metrics sends as Bearer token to read /metrics.
METRICS_TOKEN=${metricsToken}

# Password of the PostgreSQL that docker-compose.yml starts.
POSTGRES_PASSWORD=${password}
`;
}
