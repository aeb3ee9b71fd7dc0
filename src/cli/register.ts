import type { Config } from '../config.js';
import type { Role } from '../contract/ops.js';
import {
  createApp,
  createKey,
  readApp,
  type Scope,
  setEmbedOrigins,
  setReadBudget,
} from '../ledger/apps/apps.js';
import { createUser } from '../ledger/people/users.js';
import { Refusal } from './refusal.js';
import { BY, withLedger } from './with-ledger.js';

const APP_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `app create`: answers the app's id. */
export function registerApp(
  config: Config,
  app: { name: string; returnUrls: string[]; embedOrigins: string[] },
): Promise<string> {
  return withLedger(config, async (ledger) => {
    const { id } = await createApp(ledger, app, BY);
    return id;
  });
}

/** `app budget`; null: as many reads as `READS_PER_MONTH` says. */
export function budgetApp(config: Config, appId: string, reads: number | null): Promise<void> {
  return withLedger(config, async (ledger) => {
    const isThere = APP_ID.test(appId) && (await setReadBudget(ledger, appId, reads, BY));
    if (!isThere) throw new Refusal(`There is no app ${appId}.`);
  });
}

/** `app embed`: whose pages may show its customers' page in a frame. */
export function embedApp(config: Config, appId: string, origins: string[]): Promise<void> {
  return withLedger(config, async (ledger) => {
    const isThere = APP_ID.test(appId) && (await setEmbedOrigins(ledger, appId, origins, BY));
    if (!isThere) throw new Refusal(`There is no app ${appId}.`);
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
