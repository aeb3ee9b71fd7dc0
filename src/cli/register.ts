import type { Config } from '../config.js';
import type { Role } from '../contract/ops.js';
import { createApp, createKey, readApp, type Scope } from '../ledger/apps.js';
import { type Ledger, openLedger } from '../ledger/open.js';
import { createUser } from '../ledger/users.js';
import { Refusal } from './refusal.js';
import { refuseUnmigrated } from './start-checks.js';

/** Stands in the audit log for whoever has a shell on this machine. */
const BY = 'command line';
const APP_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `app create`: answers the app's id. */
export function registerApp(config: Config, name: string, returnUrls: string[]): Promise<string> {
  return withLedger(config, async (ledger) => {
    const app = await createApp(ledger, { name, returnUrls }, BY);
    return app.id;
  });
}

/** `key create`: answers the key, which is shown this once. */
export function registerKey(config: Config, appId: string, scopes: Scope[]): Promise<string> {
  return withLedger(config, async (ledger) => {
    const app = APP_ID.test(appId) ? await readApp(ledger, appId) : undefined;
    if (app === undefined) throw new Refusal(`There is no app ${appId}.`);
    const { key } = await createKey(ledger, { appId, scopes }, BY);
    return key;
  });
}

/** `user create`: answers the password, which is shown this once. */
export function registerUser(config: Config, email: string, role: Role): Promise<string> {
  return withLedger(config, async (ledger) => {
    const { password } = await createUser(ledger, { email, role }, BY);
    return password;
  });
}

async function withLedger<Answer>(
  config: Config,
  work: (ledger: Ledger) => Promise<Answer>,
): Promise<Answer> {
  await refuseUnmigrated(config);
  const ledger = await openLedger({
    url: config.databaseUrl,
    keys: config.encryptionKeys,
    poolSize: 1,
  });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
