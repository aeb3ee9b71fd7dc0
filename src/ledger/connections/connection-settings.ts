import { isDeepStrictEqual } from 'node:util';
import { type FieldError, fieldErrorsOf } from '../../contract/problem.js';
import {
  mergeSettings,
  type Settings,
  settings as settingsSchema,
} from '../../contract/settings.js';
import { accountOf } from '../../contract/setup.js';
import type { AnySql, Ledger } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import { recordAudit } from '../people/audit.js';
import { followContactsSetting, startImports } from '../runs/imports.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import { isAccountMissing } from './connection-standing.js';
import type { Connection } from './connections.js';
import { settleGates } from './gate-settling.js';
import { judgeBySettings } from './judging.js';
import { TYPES_BY_ACCOUNT, unfitAccounts } from './setup-accounts.js';

/** Changing the settings of a connection: checked as a whole, kept as numbered versions. */

/** Settings that cannot stand, every problem named. */
export class InvalidSettings extends Error {
  override name = 'InvalidSettings';
  constructor(readonly errors: readonly FieldError[]) {
    super('The settings are not valid');
  }
}

/**
 * Lays `change` over the connection's settings and stores them as the next version. A change that
 * changes nothing makes no version. What waited for the setup goes on where that completes it, and
 * what only the settings before kept back goes on by itself.
 *
 * @throws InvalidSettings
 */
export async function changeSettings(
  ledger: Ledger,
  connectionId: string,
  change: unknown,
  by: string,
): Promise<Connection> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    const after = await checkedSettings(tx, before, change);
    if (isDeepStrictEqual(before.settings, after)) return before;
    const version = before.settingsVersion + 1;
    await tx`
      update connections set settings = ${tx.json(after)}, settings_version = ${version}
      where id = ${connectionId}`;
    await tx`
      insert into settings_history (connection_id, version, settings, changed_by, at)
      values (${connectionId}, ${version}, ${tx.json(after)}, ${by}, ${ledger.clock()})`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.settings_changed',
      appId: before.appId,
      connectionId,
      subject: { version },
    });
    const ended = await followContactsSetting(tx, before, after);
    const settled = await settleGates(tx, ledger, { ...before, settings: after });
    await judgeBySettings(ledger, tx, settled, before.settings);
    await appendEvents(tx, ended);
    await announceConnection(tx, connectionId, settled.status);
    const changed = await lockedConnection(tx, connectionId);
    await startImports(tx, changed, 'settings');
    return changed;
  });
}

/**
 * Settings with a change laid over them.
 *
 * @throws InvalidSettings
 */
export function parsedSettings(base: Settings, change: unknown): Settings {
  const merged = mergeSettings(base, change);
  const result = settingsSchema.safeParse(merged);
  if (!result.success) throw new InvalidSettings(fieldErrorsOf(result.error, merged));
  return result.data;
}

/**
 * The change laid over and held against QuickBooks' accounts: every problem of both at once. Stores
 * nothing.
 *
 * @throws InvalidSettings
 */
export async function checkedSettings(
  sql: AnySql,
  { settings: base, companyId }: Pick<Connection, 'settings' | 'companyId'>,
  change: unknown,
): Promise<Settings> {
  const merged = mergeSettings(base, change);
  const result = settingsSchema.safeParse(merged);
  // Accounts that are well stated are looked at although something else is wrong.
  const accounts = settingsSchema.pick({ accounts: true }).safeParse({
    accounts: (merged as Partial<Settings>).accounts,
  });
  const errors = [
    ...(result.success ? emptyAccountErrors(result.data) : fieldErrorsOf(result.error, merged)),
    ...(accounts.success ? await accountErrors(sql, companyId, accounts.data) : []),
  ];
  if (!result.success || errors.length > 0) throw new InvalidSettings(errors);
  return result.data;
}

/** Accounts the setup asks for must be named with the first setting that is saved, and stay named. */
function emptyAccountErrors(settings: Settings): FieldError[] {
  return [...new Set(settings.setupRequires)].flatMap((part) => {
    const account = accountOf(part);
    return account !== undefined && isAccountMissing(settings, account)
      ? [{ field: part, rule: 'must not be empty: the setup requires it (setupRequires)' }]
      : [];
  });
}

/** Accounts must exist, be active and of a fitting type. */
async function accountErrors(
  sql: AnySql,
  companyId: string | null,
  { accounts }: Pick<Settings, 'accounts'>,
): Promise<FieldError[]> {
  if (companyId === null) return [];
  const unfit = await unfitAccounts(sql, companyId, accounts);
  return unfit.map((name) => {
    const wanted = accounts[name];
    return {
      field: `accounts.${name}`,
      rule: `must be one active account of type ${TYPES_BY_ACCOUNT[name].join(' or ')}`,
      got: wanted?.name ?? wanted?.number ?? wanted?.recordId ?? wanted?.externalId,
    };
  });
}
