import type { DocumentByKind, PartyKind } from '../../contract/documents/index.js';
import { storedReason } from '../../contract/reasons.js';
import { hasRight, SUPPLIERS_WRITE } from '../../contract/rights.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type NewLink, saveLinks } from '../documents/links.js';
import { moveDocuments, ON_ITS_WAY } from '../documents/moves.js';
import type { LaneClass } from '../rows.js';
import { isTold, TOLD_KEY } from './told-key.js';
import { decryptWanted, encryptWanted, hashWanted, listedFacts } from './wanted.js';

type Party = DocumentByKind[PartyKind];

/** What a document says of a customer or a supplier QuickBooks has. */
export interface ToldParty {
  kind: PartyKind;
  connectionId: string;
  companyId: string;
  quickbooksId: string;
  document: Party;
  /** Only who has the right may change suppliers: what others said of it before does not go along. */
  needsRight: boolean;
}

export const toldId = ({
  connectionId,
  kind,
  quickbooksId,
}: Pick<ToldParty, 'connectionId' | 'kind' | 'quickbooksId'>): string =>
  `${connectionId} ${kind} ${quickbooksId}`;

/**
 * Keeps what documents say of customers and suppliers, and makes an update due where that is new:
 * once per change, however many documents repeat it. One the app states itself is left to that
 * statement.
 *
 * @returns ids of the updates that are on their way, by {@link toldId}
 */
export async function tellParties(
  ledger: Ledger,
  told: readonly ToldParty[],
  laneClass: LaneClass,
): Promise<Map<string, number>> {
  const known = await readKnown(ledger, told);
  const latest = new Map<string, ToldParty>();
  for (const one of told) {
    const id = toldId(one);
    const before = latest.get(id)?.document ?? saidBefore(one, known.get(id));
    const said = { ...(before === undefined ? {} : contactOf(before)), ...contactOf(one.document) };
    const isNew = before === undefined || text(contactOf(before)) !== text(said);
    if (!isNew || known.get(id)?.isStated === true) continue;
    const displayName = (before ?? known.get(id)?.document ?? one.document).displayName;
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

/** What goes along because it was said before: only what whoever said it might have sent by themselves. */
function saidBefore({ needsRight }: ToldParty, known: Known | undefined): Party | undefined {
  const document = known?.document;
  return needsRight && !hasRight(document?.actor, SUPPLIERS_WRITE) ? undefined : document;
}

/** Members an update may carry; one kind has some of them the other has not. */
const CONTACT = [
  'givenName',
  'familyName',
  'companyName',
  'email',
  'phone',
  'taxId',
  'billAddress',
  'shipAddress',
] as const;

type Contact = Partial<Pick<DocumentByKind['customer'], (typeof CONTACT)[number]>>;

/** Only what is stated: what is left out was said before, and stays. */
function contactOf(document: Party): Contact {
  const members: Contact = document;
  const stated = CONTACT.flatMap((name) =>
    members[name] === undefined ? [] : [[name, members[name]] as const],
  );
  return Object.fromEntries(stated) as Contact;
}

const text = (contact: Contact): string =>
  JSON.stringify(CONTACT.map((name) => contact[name] ?? null));

interface Known {
  document: Party | undefined;
  /** The app states it as a document of its own. */
  isStated: boolean;
  /** An update of it that is not settled. */
  updateId: number | undefined;
}

interface KnownRow {
  id: number;
  kind: PartyKind;
  connectionId: string;
  quickbooksId: string;
  externalId: string;
  dependencyKey: string | null;
  status: DocumentStatus;
  wantedCipher: Buffer;
}

/** What was said of each so far: by a document that made it, or by one that mentioned it. */
async function readKnown(ledger: Ledger, told: readonly ToldParty[]): Promise<Map<string, Known>> {
  const asked = told.map(({ document: _, ...key }) => key);
  const rows = await ledger.sql<KnownRow[]>`
    select distinct on (d.id) d.id, d.kind, d.connection_id, l.quickbooks_id, d.external_id,
      d.dependency_key, d.status, d.wanted_cipher
    from jsonb_to_recordset(${ledger.sql.json(asked)})
      as t(kind text, "connectionId" uuid, "companyId" uuid, "quickbooksId" text)
    join links l on l.company_id = t."companyId" and l.kind = t.kind
      and l.quickbooks_id = t."quickbooksId" and l.connection_id = t."connectionId"
    join documents d on d.connection_id = l.connection_id and d.kind = l.kind
      and d.external_id = l.external_id
    order by d.id`;
  const known = new Map<string, Known>();
  for (const row of rows) {
    const id = toldId(row);
    const before = known.get(id);
    const own = decryptWanted(ledger, row, row.wantedCipher);
    // The mention is the later word.
    const document = isTold(row) || before?.document === undefined ? own : before.document;
    known.set(id, {
      document,
      isStated: before?.isStated === true || row.dependencyKey === null,
      updateId: isTold(row) && ON_ITS_WAY.has(row.status) ? row.id : before?.updateId,
    });
  }
  return known;
}

/** Id of the document that keeps what is said of one: the party's own id would be the app's. */
const externalIdOf = ({ quickbooksId }: Pick<ToldParty, 'quickbooksId'>) =>
  `record:${quickbooksId}`;

async function makeUpdates(
  ledger: Ledger,
  tx: Transaction,
  updates: readonly ToldParty[],
  laneClass: LaneClass,
): Promise<Map<string, number>> {
  const rows = updates.map((update) => {
    const { kind, connectionId, companyId, document } = update;
    const key = { connectionId, kind, externalId: externalIdOf(update) };
    return {
      ...key,
      companyId,
      dependencyKey: TOLD_KEY + toldId(update),
      laneClass,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hashWanted(ledger, document, null),
      ...listedFacts(kind, document),
    };
  });
  // In one order, so that two transactions never wait for each other in a circle.
  rows.sort((a, b) => (a.dependencyKey < b.dependencyKey ? -1 : 1));
  const stored = await tx<{ id: number; dependencyKey: string }[]>`
    insert into documents ${tx(rows)}
    on conflict (connection_id, kind, external_id) do update set
      revision = documents.revision + 1, dependency_key = excluded.dependency_key,
      wanted_cipher = excluded.wanted_cipher, wanted_hash = excluded.wanted_hash,
      party = excluded.party
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

function linkOf(update: ToldParty): NewLink {
  const { kind, connectionId, companyId, quickbooksId } = update;
  return {
    connectionId,
    companyId,
    kind,
    externalId: externalIdOf(update),
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
