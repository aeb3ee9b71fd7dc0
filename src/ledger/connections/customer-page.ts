import { connectionActions } from '../../contract/connection.js';
import {
  CUSTOMER_PAGES,
  type CustomerConnection,
  type CustomerDocumentPage,
  type CustomerSetting,
  type ShownSetting,
} from '../../contract/customer-page.js';
import {
  customerActions,
  explainedStatus,
  listWords,
  refreshLabelOf,
} from '../../contract/customer-words.js';
import { documentWordOf, type Settings } from '../../contract/settings.js';
import { setupWords } from '../../contract/setup.js';
import { answerRow, readPage } from '../answers/answers.js';
import type { Ledger } from '../database/open.js';
import { holdReason } from '../documents/standing.js';
import { listRuns } from '../runs/run-answers.js';
import type { Connection } from './connections.js';
import { type AccountName, TYPES_BY_ACCOUNT } from './setup-accounts.js';

/** What an app's customer sees of their connection, in the words of its profile. */

/** Runs looked through for the newest reading of lists. */
const RUNS_LOOKED_AT = 10;
/** What a customer may have to know of: the rest is in QuickBooks, under way or nobody's wish. */
const TOLD_STATUSES = ['failed', 'waiting', 'checking'] as const;

/** Before that there is nothing a customer could do about what is missing. */
const ASKS_FOR_SETUP: ReadonlySet<string> = new Set(['awaiting_finalization', 'setup_incomplete']);

export async function customerConnection(
  ledger: Ledger,
  connection: Connection,
): Promise<Omit<CustomerConnection, 'csrfToken'>> {
  const { profile, status, settings, accessRequestedAt } = connection;
  const page = CUSTOMER_PAGES[profile];
  const refreshLabel = refreshLabelOf(page, settings.refreshLabel);
  const standing = {
    refreshLabel,
    isAccessRequested: accessRequestedAt !== null,
    isReplaced: connection.replacedBy !== null,
  };
  const names = await accountNames(ledger, connection);
  const company = await companyOf(ledger, connection);
  return {
    name: connection.name,
    status,
    explained: explainedStatus(status, standing),
    company: company?.name ?? null,
    heldUntil: heldUntil(connection, ledger.clock()),
    actions: customerActions({ status, actions: connectionActions(connection) }, page, {
      ...standing,
      refreshLabel: settings.refreshLabel,
    }),
    missing: ASKS_FOR_SETUP.has(status) ? connection.setupMissing.map(setupWords) : [],
    accessRequestedAt: accessRequestedAt?.toISOString() ?? null,
    settings: page.settings
      .filter((one) => isShownNow(one, connection))
      .map((one) => shownSetting(one, settings, names)),
    lists: await listsOf(ledger, connection),
    nightly: company === undefined || status === 'locked' ? null : nightlyOf(settings, company),
    run: await newestReading(ledger, connection),
  };
}

/** One page of what waits or failed, newest first. */
export async function customerDocuments(
  ledger: Ledger,
  { id, settings }: Connection,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<CustomerDocumentPage> {
  const selection = { statuses: TOLD_STATUSES };
  const filter = { selection, after, limit };
  const { rows, after: next } = await readPage(ledger, { connectionId: id }, filter);
  const documents = rows
    .map((row) => answerRow(ledger, row))
    .map((row) => {
      const word = documentWordOf(row.kind, settings);
      const { status, label, details, party, total, currency, updatedAt } = row;
      const title = `${word.charAt(0).toUpperCase()}${word.slice(1)} ${row.number ?? row.externalId}`;
      return { title, status, label, details, party, total, currency, updatedAt };
    });
  return { documents, after: next };
}

/** The account a path of the settings names; undefined where it is another setting. */
export function accountAt(path: string): AccountName | undefined {
  const [group, name = ''] = path.split('.');
  return group === 'accounts' && Object.hasOwn(TYPES_BY_ACCOUNT, name)
    ? (name as AccountName)
    : undefined;
}

function isShownNow({ when }: CustomerSetting, { status, companyId }: Connection): boolean {
  if (status === 'locked') return false;
  return status === 'new' ? when !== undefined : when !== 'first' && companyId !== null;
}

function shownSetting(
  { path, label, meaning, caution, choices = {} }: CustomerSetting,
  settings: Settings,
  names: ReadonlyMap<string, string>,
): ShownSetting {
  const offered = Object.entries(choices).map(([value, words]) => ({ value, label: words }));
  const said = { path, label, meaning, caution: caution ?? null, choices: offered };
  const account = accountAt(path);
  if (account !== undefined) {
    const reference = settings.accounts[account];
    const value = reference?.recordId ?? null;
    const shown = names.get(value ?? '') ?? reference?.name ?? reference?.number ?? value;
    return { ...said, control: 'account', value, shown };
  }
  const value = valueAt(settings, path);
  if (Array.isArray(value)) return { ...said, control: 'choices', value, shown: null };
  if (typeof value === 'boolean') return { ...said, control: 'switch', value, shown: null };
  const control = offered.length > 0 ? 'choice' : 'text';
  return { ...said, control, value: String(value), shown: null };
}

function valueAt(settings: Settings, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], settings);
}

/** Names of the accounts that the settings know by their ids alone. */
async function accountNames(
  { sql }: Ledger,
  { companyId, settings: { accounts } }: Connection,
): Promise<Map<string, string>> {
  const ids = Object.values(accounts).flatMap(({ recordId }) => recordId ?? []);
  if (companyId === null || ids.length === 0) return new Map();
  const rows = await sql<{ quickbooksId: string; name: string }[]>`
    select quickbooks_id, name from records
    where company_id = ${companyId} and type = 'account' and quickbooks_id = any(${ids}::text[])`;
  return new Map(rows.map(({ quickbooksId, name }) => [quickbooksId, name]));
}

function heldUntil(connection: Connection, now: Date): string | null {
  const isOn = holdReason(connection, now) !== undefined;
  return isOn ? (connection.holdTo?.toISOString() ?? null) : null;
}

interface CompanyFacts {
  name: string | null;
  timeZone: string | null;
}

async function companyOf(
  { sql }: Ledger,
  { companyId }: Connection,
): Promise<CompanyFacts | undefined> {
  if (companyId === null) return undefined;
  const [row] = await sql<CompanyFacts[]>`
    select name, time_zone from companies where id = ${companyId}`;
  return row;
}

function nightlyOf(
  { nightlyAt, timeZone }: Settings,
  company: CompanyFacts,
): CustomerConnection['nightly'] {
  return { at: nightlyAt, timeZone: timeZone === 'company' ? company.timeZone : timeZone };
}

async function listsOf(
  { sql }: Ledger,
  { companyId, profile, status }: Connection,
): Promise<CustomerConnection['lists']> {
  if (companyId === null || status === 'locked') return [];
  const { lists, hidable } = CUSTOMER_PAGES[profile];
  const rows = await sql<{ type: string; refreshedAt: Date | null; stale: boolean }[]>`
    select type, refreshed_at, stale from record_lists where company_id = ${companyId}`;
  const read = new Map(rows.map((row) => [row.type, row]));
  return lists.map((type) => ({
    type,
    label: listWords(type),
    isHidable: hidable.includes(type),
    refreshedAt: read.get(type)?.refreshedAt?.toISOString() ?? null,
    stale: read.get(type)?.stale ?? false,
  }));
}

async function newestReading(
  ledger: Ledger,
  connection: Connection,
): Promise<CustomerConnection['run']> {
  const runs = await listRuns(ledger, connection, RUNS_LOOKED_AT);
  const run = runs.find(({ job }) => job === 'refresh_master_data');
  if (run === undefined) return null;
  const { types, status, details, progress, endedAt } = run;
  return { types, isOpen: endedAt === null, status, details, ...progress, endedAt };
}
