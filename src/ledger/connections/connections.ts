import type { ConnectionStatus } from '../../contract/connection.js';
import { defaultSettings, type ProfileName } from '../../contract/profiles.js';
import {
  mergeSettings,
  type Settings,
  settings as settingsSchema,
} from '../../contract/settings.js';
import type { AnySql, Ledger } from '../database/open.js';
import type { connections } from '../schema.js';

type ConnectionRow = typeof connections.$inferSelect;

/** One customer account of an app, with its settings complete and checked. */
export interface Connection extends Omit<ConnectionRow, 'settings' | 'status' | 'profile'> {
  profile: ProfileName;
  status: ConnectionStatus;
  settings: Settings;
}

/** Most connections one list answers. */
const LIST_MAX = 1_000;

/** A connection of one app; another app's is as unknown as one that does not exist. */
export async function readConnection(
  ledger: Ledger,
  appId: string,
  connectionId: string,
): Promise<Connection | undefined> {
  const [row] = await ledger.sql<ConnectionRow[]>`
    select * from connections where id = ${connectionId} and app_id = ${appId}`;
  return row === undefined ? undefined : toConnection(row);
}

/**
 * A connection by id alone, for the worker and for browsers that come back from Intuit; requests of
 * apps use {@link readConnection}. `lock` holds the row until the transaction ends.
 */
export async function connectionById(
  sql: AnySql,
  connectionId: string,
  { lock = false } = {},
): Promise<Connection | undefined> {
  const [row] = await sql<ConnectionRow[]>`
    select * from connections where id = ${connectionId} ${lock ? sql`for no key update` : sql``}`;
  return row === undefined ? undefined : toConnection(row);
}

/** Those there are of some ids, by their ids. */
export async function connectionsByIds(
  sql: AnySql,
  ids: readonly string[],
): Promise<Map<string, Connection>> {
  const rows = await sql<ConnectionRow[]>`
    select * from connections where id = any(${[...new Set(ids)]}::uuid[])`;
  return new Map(rows.map((row) => [row.id, toConnection(row)]));
}

/** Connections of an app, oldest first; at most 1,000. */
export async function listConnections(
  ledger: Ledger,
  appId: string,
  filter: { externalId?: string } = {},
): Promise<Connection[]> {
  const { sql } = ledger;
  const rows = await sql<ConnectionRow[]>`
    select * from connections where app_id = ${appId}
      ${filter.externalId === undefined ? sql`` : sql`and external_id = ${filter.externalId}`}
    order by created_at, id limit ${LIST_MAX}`;
  return rows.map(toConnection);
}

/**
 * Stored settings as they are in force: laid over their profile's defaults when read, so that a key
 * added by a later version has its default on connections that were stored before. A key that only a
 * later version knows is left out: two versions may be at work at once.
 */
export function settingsInForce(profile: ProfileName, stored: unknown): Settings {
  const merged = mergeSettings(defaultSettings(profile), stored);
  const result = settingsSchema.safeParse(merged);
  if (result.success) return result.data;
  const unknown = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  return settingsSchema.parse(unknown.reduce(without, merged));
}

/** The same without the member at that path. */
function without(value: unknown, path: readonly PropertyKey[]): unknown {
  const [first, ...rest] = path;
  if (typeof value !== 'object' || value === null || first === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      if (key !== first) return [[key, member]];
      return rest.length === 0 ? [] : [[key, without(member, rest)]];
    }),
  );
}

function toConnection(row: ConnectionRow): Connection {
  const profile = row.profile as ProfileName;
  return {
    ...row,
    profile,
    status: row.status as ConnectionStatus,
    settings: settingsInForce(profile, row.settings),
  };
}
