import type { ConnectionStatus } from '../../contract/connection.js';
import type { AnyDocument, DocumentKind } from '../../contract/documents/index.js';
import type { ProfileName } from '../../contract/profiles.js';
import type { Reason } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import type { SetupPart } from '../../contract/setup.js';
import { settingsInForce } from '../connections/connections.js';
import type { Gate } from '../connections/cut-off.js';
import type { AnySql, Ledger, SqlPart, Transaction } from '../database/open.js';
import { type FrozenInvoice, frozenInvoiceOf, importedReason } from '../documents/frozen.js';
import type { LinkState } from '../documents/links.js';
import type { LockedDocument } from '../documents/moves.js';
import { isNeeded } from '../documents/needed-names.js';
import type { LaneClass } from '../rows.js';
import { decryptWanted } from '../statements/wanted.js';
import { type ClaimedPush, isInNoPush } from './pushes.js';

/** The connection an item belongs to, as a push needs it. */
export interface ItemConnection {
  id: string;
  appId: string;
  status: ConnectionStatus;
  settings: Settings;
  settingsVersion: number;
  /** What the app says of the account, for example its `country`. */
  attributes: Readonly<Record<string, string>>;
  connectedAt: Date | null;
  /** What its setup lacks. */
  setupMissing: readonly SetupPart[];
  holdFrom: Date | null;
  holdTo: Date | null;
}

/** One open item of a push: what is wanted, what is there, and what was asked so far. */
export interface LoadedItem {
  documentId: number;
  companyId: string;
  kind: DocumentKind;
  /**
   * The kind it is in QuickBooks, or was sent as by a sending nobody knows the end of, where that is
   * another one. What was sent once stays what it is, whatever the settings say by now.
   */
  storedAs: DocumentKind | null;
  externalId: string;
  document: AnyDocument;
  withdrawal: 'void' | 'delete' | null;
  /** The latest stated revision: what `document` is. */
  revision: number;
  releasedRevision: number;
  syncedRevision: number;
  /** Revision the item was planned with; meaningful once `operation` is set. */
  itemRevision: number;
  operation: 'create' | 'update' | 'void' | 'delete' | null;
  batchItemId: string | null;
  attempts: number;
  currency: string | null;
  totalMinor: number | null;
  isDependency: boolean;
  /** A name whose own connection sends nothing, and that one which does waits for. */
  isNeeded: boolean;
  /** Stated inside another document. */
  isPart: boolean;
  /** What an invoice said was paid so far. */
  paidMinor: number | null;
  /** When it was stated first. */
  statedAt: Date;
  /** Gates a person has opened for it. */
  overrides: readonly Gate[];
  /** Its last push read it again after a stale SyncToken; the next conflict fails it. */
  wasReread: boolean;
  /** QuickBooks' ids of the purchase orders that a bill names, or named and may still be linked to. */
  ownOrderIds: readonly string[];
  /** Why it stays here: it is, or is about, an old invoice that was brought from QuickBooks. */
  imported: Reason | undefined;
  /** The name it is created under, where the one that is wanted was taken. */
  givenName: string | null;
  /** An earlier sending of it ended without anyone knowing how: looked for before it is created. */
  inDoubt: boolean;
  connection: ItemConnection;
  link: LinkState | null;
}

/** An open item as it was locked: its document, and what that belongs to. */
export interface ItemRow extends LockedDocument {
  companyId: string;
  kind: DocumentKind;
  laneClass: LaneClass;
  withdrawal: LoadedItem['withdrawal'];
  itemRevision: number;
  operation: LoadedItem['operation'];
  batchItemId: string | null;
  wasReread: boolean;
  ownOrderIds: string[];
  storedAs: DocumentKind | null;
  connectionStatus: ConnectionStatus;
  profile: ProfileName;
  settings: unknown;
  settingsVersion: number;
  attributes: Record<string, string>;
  connectedAt: Date | null;
  setupMissing: SetupPart[];
  holdFrom: Date | null;
  holdTo: Date | null;
  isNeeded: boolean;
  linkId: string | null;
  linkToken: string | null;
  linkNumber: string | null;
  linkTotal: number | null;
  linkBalance: number | null;
  linkCurrency: string | null;
  linkOrigin: LinkState['origin'];
  linkVoidedThere: boolean;
  frozenInvoice: FrozenInvoice | null;
}

/** Locks the documents of a push's open items, with everything planning needs, in one statement. */
export function lockItems(tx: Transaction, pushId: number, now: Date): Promise<ItemRow[]> {
  return tx<ItemRow[]>`
    ${itemsOf(tx, tx`push_items`, now)}
    -- In a sub-select the id does not count for the plan, which takes longer to make than to follow.
    where i.push_id = (select ${pushId}::bigint) and i.outcome is null
    -- In the order of ids, as everywhere: two transactions never wait for each other in a circle.
    order by d.id for no key update of d`;
}

/**
 * The first documents of a push's kind and class that are due and in no push, as one would load them
 * that is opened next. Nothing is locked.
 */
export function dueItems({ sql, clock }: Ledger, push: ClaimedPush, limit: number) {
  const { companyId, kind, laneClass } = push;
  const due = sql`(
    select d.id as document_id, d.released_revision as revision, null as operation,
      null as batch_item_id, null as sent_as, d.due_at
    from documents d
    where d.company_id = ${companyId} and d.lane_class = ${laneClass} and d.kind = ${kind}
      and (d.dependency_key is not null) = false and d.due_at <= now() and ${isInNoPush(sql)}
    order by d.due_at, d.id limit ${limit})`;
  return sql<ItemRow[]>`${itemsOf(sql, due, clock())} order by i.due_at, d.id`;
}

/** What planning needs of documents `d` that `items` name, with what these say of their sending. */
function itemsOf(sql: AnySql, items: SqlPart, now: Date) {
  return sql`
    select d.*, i.revision as item_revision, i.operation, i.batch_item_id,
      coalesce((
        select p.outcome = 'reread' from push_items p
        where p.document_id = d.id and p.outcome is not null order by p.push_id desc limit 1
      ), false) as was_reread,
      coalesce((
        select jsonb_agg(o.quickbooks_id) from applications a
          join links o on o.connection_id = a.connection_id and o.company_id = d.company_id
            and o.kind = a.kind and o.external_id = a.external_id
        where a.document_id = d.id and a.kind = 'purchase_order'
      ), '[]') as own_order_ids,
      coalesce(l.stored_as, i.sent_as, case when d.in_doubt then (
        -- Of the newest that was sent: one that ended before says nothing, no other kind says its own.
        select p.sent_as from push_items p
        where p.document_id = d.id and p.outcome is not null and p.operation is not null
        order by p.push_id desc limit 1
      ) end) as stored_as,
      c.app_id, c.status as connection_status, c.profile, c.settings, c.settings_version, c.attributes,
      c.connected_at, c.setup_missing, c.hold_from, c.hold_to,
      d.dependency_key is not null and (c.status <> 'connected' or c.hold_to is not null)
        and ${isNeeded(sql, sql`(select ${now}::timestamptz)`)} as is_needed,
      l.quickbooks_id as link_id, l.sync_token as link_token, l.number as link_number,
      l.total_minor as link_total, l.balance_minor as link_balance, l.currency as link_currency,
      l.origin as link_origin, l.voided_there as link_voided_there,
      ${frozenInvoiceOf(sql)} as frozen_invoice
    from ${items} i
    join documents d on d.id = i.document_id
    -- For each: PostgreSQL may else begin with the connection, and read all it ever stated.
    cross join lateral (select * from connections where id = d.connection_id offset 0) c
    left join links l on l.connection_id = d.connection_id and l.company_id = d.company_id
      and l.kind = d.kind and l.external_id = d.external_id`;
}

/** The open items as the steps work on them, in the clear. */
export function loadedItems(ledger: Ledger, rows: readonly ItemRow[]): LoadedItem[] {
  const settingsByConnection = new Map<string, Settings>();
  return rows.map((row) => loadedItem(ledger, row, settingsByConnection));
}

function loadedItem(
  ledger: Ledger,
  row: ItemRow,
  settingsByConnection: Map<string, Settings>,
): LoadedItem {
  let settings = settingsByConnection.get(row.connectionId);
  if (settings === undefined) {
    settings = settingsInForce(row.profile, row.settings);
    settingsByConnection.set(row.connectionId, settings);
  }
  const { kind, connectionId, externalId } = row;
  return {
    documentId: row.id,
    companyId: row.companyId,
    kind,
    storedAs: row.storedAs,
    externalId,
    document: decryptWanted(ledger, { connectionId, kind, externalId }, row.wantedCipher),
    withdrawal: row.withdrawal,
    revision: row.revision,
    releasedRevision: row.releasedRevision,
    syncedRevision: row.syncedRevision,
    itemRevision: row.itemRevision,
    operation: row.operation,
    batchItemId: row.batchItemId,
    attempts: row.attempts,
    currency: row.currency,
    totalMinor: row.totalMinor,
    isDependency: row.dependencyKey !== null,
    isNeeded: row.isNeeded,
    isPart: row.statedIn !== null,
    paidMinor: row.paidMinor,
    statedAt: row.createdAt,
    overrides: row.overrides,
    wasReread: row.wasReread,
    ownOrderIds: row.ownOrderIds,
    imported: row.frozenInvoice === null ? undefined : importedReason(row.frozenInvoice),
    givenName: row.givenName,
    inDoubt: row.inDoubt,
    connection: {
      id: connectionId,
      appId: row.appId,
      status: row.connectionStatus,
      settings,
      settingsVersion: row.settingsVersion,
      attributes: row.attributes,
      connectedAt: row.connectedAt,
      setupMissing: row.setupMissing,
      holdFrom: row.holdFrom,
      holdTo: row.holdTo,
    },
    link:
      row.linkId === null
        ? null
        : {
            quickbooksId: row.linkId,
            syncToken: row.linkToken,
            number: row.linkNumber,
            totalMinor: row.linkTotal,
            balanceMinor: row.linkBalance,
            currency: row.linkCurrency,
            origin: row.linkOrigin,
            voidedThere: row.linkVoidedThere,
          },
  };
}
