import type { RecordType } from '../contract/run.js';
import { listAgeMs, mirrorRecords } from '../ledger/companies/records.js';
import { changesSince } from '../qbo/changes.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { nameAfterDeactivation } from '../qbo/mapping/names.js';
import { ENTITY_BY_RECORD_TYPE, recordOf } from '../qbo/mapping/records.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { Mention } from './job.js';
import { emailOf, numberOf } from './references.js';
import type { Sending } from './sending.js';

/** Values of one `IN`; statements stay well below any length limit. */
const VALUES_MAX = 50;
const NAME_MEMBER: Record<RecordType, string> = {
  customer: 'DisplayName',
  vendor: 'DisplayName',
  item: 'Name',
  account: 'Name',
  tax_code: 'Name',
  tax_rate: 'Name',
  class: 'Name',
  department: 'Name',
  term: 'Name',
  payment_method: 'Name',
};

/**
 * Names a mention may be there under: its own, its last part where it has parents, the one that
 * QuickBooks takes in its place, and, where QuickBooks renames on deactivation, what these had become
 * then.
 */
function namesOf(type: RecordType, { name, fittingName }: Mention): string[] {
  const names = [name, name?.split(':').at(-1), fittingName].flatMap((one) => {
    const trimmed = one?.trim() ?? '';
    return trimmed === '' ? [] : [trimmed];
  });
  const isRenamed = type === 'customer' || type === 'vendor' || type === 'item';
  return isRenamed ? names.flatMap((one) => [one, nameAfterDeactivation(one)]) : names;
}

/** Changes are asked for from so long before the list was read: clocks differ. */
const CLOCKS_DIFFER_MS = 300_000;

/**
 * Asks QuickBooks for the few records some documents mention, active or not, and takes them into
 * the mirror. Each statement is one metered read. Customers can be asked for by their e-mail
 * addresses (Intuit's page of Customer) and suppliers cannot: of these, what has changed since
 * their list was read is taken in.
 *
 * @param ids of records that are known already and read again
 */
export async function lookUpRecords(
  sending: Sending,
  type: RecordType,
  mentions: readonly Mention[],
  ids: readonly string[] = [],
): Promise<void> {
  const { quickbooks } = sending.tools;
  const { companyId } = sending.push;
  const mailed = mentions.filter(({ matchBy }) => matchBy.includes('email')).flatMap(emailsOf);
  const entity = ENTITY_BY_RECORD_TYPE[type];
  const asks: [string, (string | undefined)[]][] = [
    [NAME_MEMBER[type], mentions.flatMap((mention) => namesOf(type, mention))],
    ['Id', [...mentions.map(({ reference }) => reference.recordId), ...ids]],
    ...(type === 'customer' ? ([['PrimaryEmailAddr', mailed]] as [string, string[]][]) : []),
    ...(type === 'item'
      ? ([['Sku', mentions.map(numberOf)]] as [string, (string | undefined)[]][])
      : []),
  ];
  for (const [member, values] of asks) {
    const wanted = [
      ...new Set(values.filter((value) => value !== undefined && value !== '')),
    ] as string[];
    for (let at = 0; at < wanted.length; at += VALUES_MAX) {
      const query = select(entity)
        .whereIn(member, wanted.slice(at, at + VALUES_MAX))
        .whereIn('Active', [true, false])
        .page(1, MAX_PAGE)
        .text();
      const rows = await quickbooks.query<JsonObject>(companyId, query, { signal: sending.signal });
      await take(sending, type, rows);
    }
  }
  if (type === 'vendor' && mailed.length > 0) await takeChangedSuppliers(sending);
}

const emailsOf = (mention: Mention): string[] => {
  const email = emailOf(mention);
  return email === undefined ? [] : [email];
};

/** One read by change data, whatever is asked for; all suppliers where their list was never read. */
async function takeChangedSuppliers(sending: Sending): Promise<void> {
  const { tools, push, signal } = sending;
  const { ledger, quickbooks } = tools;
  const ageMs = await listAgeMs(ledger, push.companyId, 'vendor');
  const now = ledger.clock();
  const since = new Date(ageMs === undefined ? 0 : now.getTime() - ageMs - CLOCKS_DIFFER_MS);
  const asked = { entities: ['Vendor'], since, now } as const;
  const { batches } = await changesSince(quickbooks, push.companyId, asked, { signal });
  for await (const { changed } of batches) await take(sending, 'vendor', changed);
}

async function take(
  { tools, push }: Sending,
  type: RecordType,
  rows: readonly JsonObject[],
): Promise<void> {
  const records = rows.map((row) => mirrored(recordOf(type, row)));
  await mirrorRecords(tools.ledger.sql, push.companyId, records);
}
