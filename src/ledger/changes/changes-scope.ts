import type { ProfileName } from '../../contract/profiles.js';
import type { Settings } from '../../contract/settings.js';
import { settingsInForce } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { ClaimedRun } from '../runs/claimed-runs.js';

/** A connection of a company, as far as changes matter to it. */
export interface CompanyConnection {
  id: string;
  appId: string;
  settings: Settings;
  /** The first connect: what happened in QuickBooks before is history. */
  connectedAt: Date;
  /** When reviews were turned on the last time; null where they are off, as every profile has them. */
  reviewsSince: Date | null;
}

/** For whom a company's changes are read, and from when on. */
export interface ChangesScope {
  id: string;
  homeCurrency: string;
  connections: ReadonlyMap<string, CompanyConnection>;
  since: Date;
}

/** Lists change data covers; tax codes and rates it does not. */
export const FOLLOWED_LISTS = [
  'Account',
  'Class',
  'Department',
  'Item',
  'PaymentMethod',
  'Term',
  'Vendor',
  'Customer',
] as const;

/** Entities of QuickBooks whose changes can matter, by Intuit's names. */
export type FollowedEntity =
  | (typeof FOLLOWED_LISTS)[number]
  | 'PurchaseOrder'
  | 'Bill'
  | 'VendorCredit'
  | 'CreditMemo'
  | 'SalesReceipt'
  | 'Invoice'
  | 'Payment';

/** What the settings of a company's connections make worth reading, in the order it is applied. */
export function followedEntities(all: readonly Settings[]): FollowedEntity[] {
  const sends = (kind: Settings['modules'][number]) =>
    all.some(({ modules }) => modules.includes(kind));
  const money = all.some(({ payments, reviewRequest }) => payments || reviewRequest);
  const wanted = (entity: FollowedEntity, isWanted: boolean) => (isWanted ? [entity] : []);
  return [
    ...FOLLOWED_LISTS,
    ...wanted('PurchaseOrder', sends('purchase_order')),
    // Orders may be sent as bills.
    ...wanted('Bill', sends('bill') || sends('purchase_order')),
    ...wanted('VendorCredit', sends('vendor_credit')),
    ...wanted('CreditMemo', sends('credit_memo')),
    ...wanted('SalesReceipt', sends('sales_receipt')),
    ...wanted('Invoice', sends('invoice') || money),
    // Behind the invoices, whose balances are known by then.
    ...wanted('Payment', sends('payment') || sends('credit_memo') || money),
  ];
}

/** Undefined where no connection is left. */
export async function changesScope(
  ledger: Ledger,
  companyId: string,
): Promise<ChangesScope | undefined> {
  const rows = await ledger.sql<
    {
      id: string;
      appId: string;
      profile: ProfileName;
      settings: unknown;
      connectedAt: Date | null;
      reviewsSince: Date | null;
      homeCurrency: string | null;
      changesSince: Date | null;
    }[]
  >`
    select c.id, c.app_id, c.profile, c.settings, c.connected_at, m.home_currency, m.changes_since, (
      select min(h.at) from settings_history h where h.connection_id = c.id
        and h.version > coalesce((
          select max(o.version) from settings_history o where o.connection_id = c.id
            and o.settings -> 'reviewRequest' is distinct from 'true'), 0)) as reviews_since
    from connections c join companies m on m.id = c.company_id
    where c.company_id = ${companyId} order by c.id`;
  const [first] = rows;
  if (first === undefined) return undefined;
  const connections = rows.map(({ id, appId, profile, settings, connectedAt, reviewsSince }) => ({
    id,
    appId,
    settings: settingsInForce(profile, settings),
    connectedAt: connectedAt ?? ledger.clock(),
    reviewsSince,
  }));
  const earliest = Math.min(...connections.map(({ connectedAt }) => connectedAt.getTime()));
  return {
    id: companyId,
    homeCurrency: first.homeCurrency ?? 'USD',
    connections: new Map(connections.map((one) => [one.id, one])),
    since: first.changesSince ?? new Date(earliest),
  };
}

/** Whether changes of the company were read at any time, for whichever connection. */
export async function wereChangesRead({ sql }: Ledger, companyId: string): Promise<boolean> {
  const rows = await sql`
    select 1 from companies where id = ${companyId} and changes_since is not null`;
  return rows.count > 0;
}

/** Everything before is applied; called with what ends the run, so that it is never said too early. */
export async function saveChangesSince(
  tx: Transaction,
  { companyId }: Pick<ClaimedRun, 'companyId'>,
  since: Date,
): Promise<void> {
  await tx`
    update companies set changes_since = greatest(changes_since, ${since}) where id = ${companyId}`;
}
