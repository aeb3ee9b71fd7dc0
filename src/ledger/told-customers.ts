import type { Customer } from '../contract/documents/index.js';
import { storedReason } from '../contract/reasons.js';
import type { DocumentStatus } from '../contract/status.js';
import { type NewLink, saveLinks } from './links.js';
import { moveDocuments, ON_ITS_WAY } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import type { LaneClass } from './rows.js';
import { isTold, TOLD_KEY } from './told-key.js';
import { decryptWanted, encryptWanted, hashWanted, listedFacts } from './wanted.js';

/** What a document says of a customer QuickBooks has. */
export interface ToldCustomer {
  connectionId: string;
  companyId: string;
  quickbooksId: string;
  document: Customer;
}

export const toldId = ({ connectionId, quickbooksId }: Omit<ToldCustomer, 'document'>): string =>
  `${connectionId} ${quickbooksId}`;

/**
 * Keeps what documents say of customers, and makes an update due where that is new: once per change,
 * however many documents repeat it. A customer the app states itself is left to that statement.
 *
 * @returns ids of the updates that are on their way, by {@link toldId}
 */
export async function tellCustomers(
  ledger: Ledger,
  told: readonly ToldCustomer[],
  laneClass: LaneClass,
): Promise<Map<string, number>> {
  const known = await readKnown(ledger, told);
  const latest = new Map<string, ToldCustomer>();
  for (const one of told) {
    const id = toldId(one);
    const before = latest.get(id)?.document ?? known.get(id)?.document;
    const said = { ...(before === undefined ? {} : contactOf(before)), ...contactOf(one.document) };
    const isNew = before === undefined || text(contactOf(before)) !== text(said);
    if (!isNew || known.get(id)?.isStated === true) continue;
    const displayName = before?.displayName ?? one.document.displayName;
    latest.set(id, { ...one, document: { ...one.document, ...said, displayName } });
  }
  const onTheirWay = new Map<string, number>();
  for (const [id, row] of known) if (row.updateId !== undefined) onTheirWay.set(id, row.updateId);
  if (latest.size === 0) return onTheirWay;
  const made = await ledger.sql.begin((tx) =>
    makeUpdates(ledger, tx, [...latest.values()], laneClass),
  );
  return new Map([...onTheirWay, ...made]);
}

/** Members an update may carry. */
const CONTACT = ['givenName', 'familyName', 'companyName', 'email', 'phone'] as const;
const ADDRESSES = ['billAddress', 'shipAddress'] as const;

type Contact = Partial<Pick<Customer, (typeof CONTACT)[number] | (typeof ADDRESSES)[number]>>;

/** Only what is stated: what is left out was said before, and stays. */
function contactOf(document: Customer): Contact {
  const members = [...CONTACT, ...ADDRESSES].flatMap((name) =>
    document[name] === undefined ? [] : [[name, document[name]] as const],
  );
  return Object.fromEntries(members) as Contact;
}

const text = (contact: Contact): string =>
  JSON.stringify([...CONTACT, ...ADDRESSES].map((name) => contact[name] ?? null));

interface Known {
  document: Customer | undefined;
  /** The app states it as a document of its own. */
  isStated: boolean;
  /** An update of it that is not settled. */
  updateId: number | undefined;
}

interface KnownRow {
  id: number;
  connectionId: string;
  quickbooksId: string;
  externalId: string;
  dependencyKey: string | null;
  status: DocumentStatus;
  wantedCipher: Buffer;
}

/** What was said of each so far: by a document that made it, or by one that mentioned it. */
async function readKnown(
  ledger: Ledger,
  told: readonly ToldCustomer[],
): Promise<Map<string, Known>> {
  const asked = told.map(({ connectionId, companyId, quickbooksId }) => ({
    connectionId,
    companyId,
    quickbooksId,
  }));
  const rows = await ledger.sql<KnownRow[]>`
    select distinct on (d.id) d.id, d.connection_id, l.quickbooks_id, d.external_id,
      d.dependency_key, d.status, d.wanted_cipher
    from jsonb_to_recordset(${ledger.sql.json(asked)})
      as t("connectionId" uuid, "companyId" uuid, "quickbooksId" text)
    join links l on l.company_id = t."companyId" and l.kind = 'customer'
      and l.quickbooks_id = t."quickbooksId" and l.connection_id = t."connectionId"
    join documents d on d.connection_id = l.connection_id and d.kind = 'customer'
      and d.external_id = l.external_id
    order by d.id`;
  const known = new Map<string, Known>();
  for (const row of rows) {
    const { connectionId, externalId, quickbooksId, status } = row;
    const id = `${connectionId} ${quickbooksId}`;
    const before = known.get(id);
    const own = decryptWanted(
      ledger,
      { connectionId, kind: 'customer', externalId },
      row.wantedCipher,
    );
    // The mention is the later word.
    const document = isTold(row) || before?.document === undefined ? own : before.document;
    known.set(id, {
      document,
      isStated: before?.isStated === true || row.dependencyKey === null,
      updateId: isTold(row) && ON_ITS_WAY.has(status) ? row.id : before?.updateId,
    });
  }
  return known;
}

async function makeUpdates(
  ledger: Ledger,
  tx: Transaction,
  updates: readonly ToldCustomer[],
  laneClass: LaneClass,
): Promise<Map<string, number>> {
  const rows = updates.map(({ connectionId, companyId, quickbooksId, document }) => {
    const key = { connectionId, kind: 'customer' as const, externalId: `record:${quickbooksId}` };
    return {
      ...key,
      companyId,
      dependencyKey: `${TOLD_KEY}${connectionId} ${quickbooksId}`,
      laneClass,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts('customer', document),
    };
  });
  // In one order, so that two transactions never wait for each other in a circle.
  rows.sort((a, b) => (a.dependencyKey < b.dependencyKey ? -1 : 1));
  const stored = await tx<{ id: number; dependencyKey: string }[]>`
    insert into documents ${tx(rows)}
    on conflict (connection_id, kind, external_id) do update set
      revision = documents.revision + 1, wanted_cipher = excluded.wanted_cipher,
      wanted_hash = excluded.wanted_hash, party = excluded.party
    returning id, dependency_key`;
  await saveLinks(tx, updates.map(linkOf));
  await moveDocuments(
    tx,
    stored.map(({ id }) => id),
    (document) => {
      const base = { what: 'mentioned', releasedRevision: document.revision };
      // The ending of the one that is on its way brings this one.
      return document.status === 'syncing' || document.status === 'checking'
        ? { ...base, to: document.status, reason: storedReason(document.reason, document.params) }
        : { ...base, to: 'queued', dueInMs: 0, attempts: 0, laneClass, warnings: [] };
    },
    'worker',
  );
  return new Map(stored.map(({ id, dependencyKey }) => [dependencyKey.slice(TOLD_KEY.length), id]));
}

function linkOf({ connectionId, companyId, quickbooksId }: ToldCustomer): NewLink {
  return {
    connectionId,
    companyId,
    kind: 'customer',
    externalId: `record:${quickbooksId}`,
    quickbooksId,
    origin: 'matched',
    exclusive: false,
    syncToken: null,
    number: null,
    totalMinor: null,
    balanceMinor: null,
    currency: null,
  };
}
