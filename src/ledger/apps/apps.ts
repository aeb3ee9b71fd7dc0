import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ledger } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import type { apiKeys, apps } from '../schema.js';

/** Upstream applications and their keys. */

export type App = typeof apps.$inferSelect;
type KeyRow = typeof apiKeys.$inferSelect;

/** What a key may be used for. */
export const SCOPES = ['documents', 'connections', 'support', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who a request speaks for. */
export interface KeyHolder {
  keyId: string;
  appId: string;
  scopes: readonly Scope[];
}

/** A return address that a browser must not be sent to. */
export class InvalidReturnUrl extends Error {
  override name = 'InvalidReturnUrl';
  constructor(readonly url: string) {
    super(`A return address must be https (http on this machine), without a fragment: ${url}`);
  }
}

/** An origin whose pages must not show ours. */
export class InvalidEmbedOrigin extends Error {
  override name = 'InvalidEmbedOrigin';
  constructor(readonly origin: string) {
    super(`An origin must be scheme, host and port alone, https (http on this machine): ${origin}`);
  }
}

const KEY_PATTERN = /^qs_([0-9a-f]{16})_([\w-]{43})$/;
/** `last_used_at` is written at most this often, so that reading stays reading. */
const LAST_USED_STEP_MS = 60_000;

/**
 * Registers an app.
 *
 * @param app.returnUrls addresses a browser may be sent back to after connecting
 * @param app.embedOrigins origins whose pages may show its customers' page in a frame; default none
 * @throws InvalidReturnUrl, InvalidEmbedOrigin
 */
export async function createApp(
  ledger: Ledger,
  app: { name: string; returnUrls: readonly string[]; embedOrigins?: readonly string[] },
  by: string,
): Promise<App> {
  const returnUrls = app.returnUrls.map(normalisedReturnUrl);
  const embedOrigins = (app.embedOrigins ?? []).map(checkedOrigin);
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<App[]>`
      insert into apps (name, return_urls, embed_origins)
      values (${app.name}, ${tx.json(returnUrls)}, ${tx.json(embedOrigins)})
      returning *`;
    if (row === undefined) throw new Error('The app was not stored');
    await recordAudit(tx, { actor: by, action: 'app.created', appId: row.id });
    return row;
  });
}

/**
 * Says how many reads an app may take in a calendar month; see read-budgets.ts.
 *
 * @param readsPerMonth null: as many as the installation says.
 * @returns whether there is such an app.
 */
export async function setReadBudget(
  ledger: Ledger,
  appId: string,
  readsPerMonth: number | null,
  by: string,
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    const set = await tx`
      update apps set reads_per_month = ${readsPerMonth} where id = ${appId} returning 1`;
    if (set.count === 0) return false;
    const subject = { readsPerMonth };
    await recordAudit(tx, { actor: by, action: 'app.budget_changed', appId, subject });
    return true;
  });
}

/**
 * Says whose pages may show the app's customers' pages in a frame, in place of whose might before.
 * What is open in a frame stays there until it is opened anew.
 *
 * @returns whether there is such an app.
 * @throws InvalidEmbedOrigin
 */
export async function setEmbedOrigins(
  ledger: Ledger,
  appId: string,
  origins: readonly string[],
  by: string,
): Promise<boolean> {
  const embedOrigins = [...new Set(origins.map(checkedOrigin))];
  return ledger.sql.begin(async (tx) => {
    const set = await tx`
      update apps set embed_origins = ${tx.json(embedOrigins)} where id = ${appId} returning 1`;
    if (set.count === 0) return false;
    const subject = { embedOrigins };
    await recordAudit(tx, { actor: by, action: 'app.embed_origins_changed', appId, subject });
    return true;
  });
}

/** Every app, oldest first. */
export async function listApps({ sql }: Ledger): Promise<App[]> {
  return sql<App[]>`select * from apps order by created_at, id`;
}

/** An app by id. */
export async function readApp(ledger: Ledger, appId: string): Promise<App | undefined> {
  const [row] = await ledger.sql<App[]>`select * from apps where id = ${appId}`;
  return row;
}

/**
 * Whether a browser may be sent to `url`: scheme, host, port and path are registered. The query is
 * the app's own affair.
 */
export function isRegisteredReturnUrl(app: Pick<App, 'returnUrls'>, url: string): boolean {
  if (!isReturnUrl(url)) return false;
  return app.returnUrls.some((known) => withoutQuery(known) === withoutQuery(url));
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function isReturnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, hash, username, password } = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLocal);
  return isSafe && hash === '' && username === '' && password === '';
}

function normalisedReturnUrl(url: string): string {
  if (!isReturnUrl(url)) throw new InvalidReturnUrl(url);
  return new URL(url).href;
}

/** It becomes part of a header: nothing but an origin may stand there. */
function checkedOrigin(origin: string): string {
  if (!isReturnUrl(origin) || new URL(origin).origin !== origin.toLowerCase()) {
    throw new InvalidEmbedOrigin(origin);
  }
  return new URL(origin).origin;
}

/** A new key; its text is answered here once and stored only as a keyed hash. */
export async function createKey(
  ledger: Ledger,
  key: { appId: string; scopes: readonly Scope[]; expiresAt?: Date },
  by: string,
): Promise<{ keyId: string; key: string }> {
  const keyId = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  await ledger.sql.begin(async (tx) => {
    await tx`
      insert into api_keys (id, app_id, secret_hash, scopes, expires_at)
      values (${keyId}, ${key.appId}, ${ledger.hash.hash('api_key', secret)},
        ${tx.json([...key.scopes])}, ${key.expiresAt ?? null})`;
    const subject = { keyId, scopes: [...key.scopes] };
    await recordAudit(tx, { actor: by, action: 'key.created', appId: key.appId, subject });
  });
  return { keyId, key: `qs_${keyId}_${secret}` };
}

/** Ends a key at once. False: there is no such live key. */
export async function revokeKey(ledger: Ledger, keyId: string, by: string): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<Pick<KeyRow, 'appId'>[]>`
      update api_keys set revoked_at = ${ledger.clock()}
      where id = ${keyId} and revoked_at is null returning app_id`;
    if (row === undefined) return false;
    const subject = { keyId };
    await recordAudit(tx, { actor: by, action: 'key.revoked', appId: row.appId, subject });
    return true;
  });
}

/**
 * Who holds the key; undefined for one that is unknown, expired or revoked. Nothing is cached, so a
 * revoked key is dead at its next use. The comparison takes the same time for any wrong secret.
 */
export async function verifyKey(ledger: Ledger, key: string): Promise<KeyHolder | undefined> {
  const [, keyId, secret] = KEY_PATTERN.exec(key) ?? [];
  if (keyId === undefined || secret === undefined) return undefined;
  const [row] = await ledger.sql<KeyRow[]>`select * from api_keys where id = ${keyId}`;
  const given = ledger.hash.hash('api_key', secret);
  const isRight = timingSafeEqual(given, row?.secretHash ?? Buffer.alloc(given.length));
  const now = ledger.clock();
  if (row === undefined || !isRight || row.revokedAt !== null) return undefined;
  if (row.expiresAt !== null && row.expiresAt <= now) return undefined;
  if (now.getTime() - (row.lastUsedAt?.getTime() ?? 0) >= LAST_USED_STEP_MS) {
    await ledger.sql`
      update api_keys set last_used_at = ${now}
      where id = ${keyId} and last_used_at is not distinct from ${row.lastUsedAt}`;
  }
  return { keyId, appId: row.appId, scopes: row.scopes as Scope[] };
}
