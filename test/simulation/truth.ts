import type { DocumentStatus } from '../../src/contract/status.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { booksOtherwise, notThere } from '../support/checker.js';
import type { Wanted } from './app.js';
import { paymentsOtherwise } from './payments-truth.js';
import type { Seed } from './seed.js';

interface Row {
  id: number;
  externalId: string;
  kind: string;
  status: DocumentStatus;
  reason: string | null;
  revision: number;
  syncedRevision: number;
  sourceVersion: number | null;
  withdrawal: string | null;
  quickbooksId: string | null;
  /** What became of it, oldest first. */
  history: string;
}

/** Where a document may end by itself. What failed says why, and is a person's. */
const ENDS: ReadonlySet<DocumentStatus> = new Set([
  'synced',
  'voided',
  'deleted',
  'cancelled',
  'failed',
  'deleted_in_quickbooks',
]);

/** What must be true of a seed once all is quiet, beside what holds of every run. */
export async function problemsOf(seed: Seed): Promise<string[]> {
  const rows = await rowsOf(seed);
  return [
    ...seed.stage.failures.map((error) => `somebody failed: ${String(error)}`),
    ...crashes(seed),
    ...missing(seed, rows),
    ...doubled(seed),
    ...rows.flatMap((row) => problemsOfRow(seed, rows, row)),
    ...(await paymentsOtherwise(seed)),
    ...(await unaccounted(seed)),
    ...(await historyOtherwise(seed)),
    ...(await asOfEveryRun(seed)),
  ];
}

/** What the tests of whole runs look at; a person may have taken away what was noted. */
async function asOfEveryRun(seed: Seed): Promise<string[]> {
  const { simulator, ground, logLines, touched } = seed;
  const books = { simulator, house: { ledger: ground.ledger }, logLines: () => logLines };
  const isWhole = ![...touched.values()].includes('delete');
  return [...(await booksOtherwise(books)), ...(isWhole ? await notThere(books) : [])];
}

function rowsOf({ ground: { ledger } }: Seed): Promise<Row[]> {
  return ledger.sql<Row[]>`
    select d.id, d.external_id, d.kind, d.status, d.reason, d.revision, d.synced_revision,
      d.source_version, d.withdrawal, l.quickbooks_id,
      (select string_agg(h.what || ' ' || h.revision || ': ' || h.status, ', ' order by h.id)
        from document_history h where h.document_id = d.id) as history
    from documents d left join links l on l.connection_id = d.connection_id
      and l.kind = d.kind and l.external_id = d.external_id
    order by d.id`;
}

/** Our own code never fails on anything the world does. */
function crashes({ logLines }: Seed): string[] {
  return logLines
    .filter((line) => line.includes('"push_failed"'))
    .map((line) => `our own code failed: ${line}`);
}

function missing(seed: Seed, rows: readonly Row[]): string[] {
  const found = new Set(rows.map(({ externalId }) => externalId));
  return [...seed.app.wanted.keys(), ...seed.app.payments.keys()]
    .filter((externalId) => !found.has(externalId))
    .map((externalId) => `${externalId} was accepted and is nowhere`);
}

/** At most one invoice per document is there, and no more were ever made than there are documents. */
function doubled(seed: Seed): string[] {
  const { simulator, realmId, app, touched } = seed;
  const wanted = [...app.wanted.keys()];
  const problems = wanted.flatMap((externalId) => {
    const { length } = numbered(seed, externalId);
    return length > 1 ? [`${externalId} is there ${length} times`] : [];
  });
  // What a person deletes before its answer was understood may be made once more.
  if ([...touched.values()].includes('delete')) return problems;
  const made = simulator.control
    .log(realmId)
    .commits.filter(({ operation, entity }) => operation === 'create' && entity === 'Invoice');
  if (made.length > wanted.length) {
    problems.push(`${made.length} invoices were made of ${wanted.length} documents`);
  }
  return problems;
}

function problemsOfRow(seed: Seed, rows: readonly Row[], row: Row): string[] {
  const { externalId, status, reason } = row;
  const told = `${externalId} is ${status} (${reason})`;
  if (!ENDS.has(status) && !waitsForApp(seed, rows, row)) {
    return [`${told}: not an end; ${row.history}`];
  }
  if (status === 'failed' && reason === null) return [`${told}: without a reason`];
  const wanted = seed.app.wanted.get(externalId);
  if (wanted === undefined) return [];
  if (row.sourceVersion !== wanted.version) return [`${told}: an older version is stored`];
  return status === 'synced'
    ? contentProblems(seed, row, wanted)
    : withdrawnProblems(seed, row, wanted);
}

/** Money for what is not in QuickBooks, and an invoice that is taken back and its money not. */
function waitsForApp({ app }: Seed, rows: readonly Row[], row: Row): boolean {
  const { kind, externalId, status, reason } = row;
  if (status !== 'waiting' || reason !== 'blocked_by') return false;
  if (kind !== 'payment') return (app.wanted.get(externalId)?.withdrawn ?? null) !== null;
  const invoice = app.payments.get(externalId)?.invoice;
  return !rows.some((other) => other.externalId === invoice && other.status === 'synced');
}

/** QuickBooks holds the newest revision as it was stated, but for what a person did to it there. */
function contentProblems(seed: Seed, row: Row, wanted: Wanted): string[] {
  const { externalId, revision, syncedRevision } = row;
  const problems: string[] = [];
  if (syncedRevision !== revision) problems.push(`${externalId} is synced with an older revision`);
  if (wanted.withdrawn !== null) problems.push(`${externalId} was withdrawn and is synced`);
  const object = invoiceOf(seed, row);
  const touched = seed.touched.get(externalId);
  if (touched === 'delete' || touched === 'void') return problems;
  if (object === undefined) return [...problems, `${externalId} is synced and not in QuickBooks`];
  if (object['TotalAmt'] !== Number(wanted.total)) {
    problems.push(`${externalId} is ${object['TotalAmt']} and not ${wanted.total}`);
  }
  if (object['DocNumber'] !== externalId.toUpperCase())
    problems.push(`${externalId} has no number`);
  const { CustomerRef: customer } = object;
  const name =
    typeof customer === 'object' && customer !== null && 'name' in customer ? customer.name : null;
  if (name !== wanted.customer) problems.push(`${externalId} is for ${String(name)}`);
  if (touched === 'edit' && object['CustomerMemo'] === undefined) {
    problems.push(`${externalId} lost what a person wrote`);
  }
  return problems;
}

function withdrawnProblems(seed: Seed, row: Row, wanted: Wanted): string[] {
  const { externalId, status } = row;
  const isAway = status === 'voided' || status === 'deleted' || status === 'cancelled';
  const problems =
    isAway && wanted.withdrawn === null ? [`${externalId} is ${status}: nobody asked`] : [];
  const objects = numbered(seed, externalId);
  if (status === 'cancelled' && objects.length > 0) {
    problems.push(`${externalId} is cancelled and in QuickBooks`);
  }
  if (status === 'deleted' && objects.length > 0) problems.push(`${externalId} is still there`);
  if (status === 'voided' && objects.some(({ TotalAmt }) => TotalAmt !== 0)) {
    problems.push(`${externalId} is voided and worth something`);
  }
  return problems;
}

function invoiceOf({ simulator, realmId }: Seed, { quickbooksId }: Row): JsonObject | undefined {
  return simulator.control
    .objects(realmId, 'Invoice')
    .find(({ Id }) => quickbooksId !== null && Id === quickbooksId);
}

function numbered({ simulator, realmId }: Seed, externalId: string): JsonObject[] {
  return simulator.control
    .objects(realmId, 'Invoice')
    .filter(({ DocNumber }) => DocNumber === externalId.toUpperCase());
}

/** Every write that left was noted before, and what was noted left, but for what died in between. */
async function unaccounted({ ground, crew: { kills }, cuts }: Seed): Promise<string[]> {
  const { ledger, wire } = ground;
  const rows = await ledger.sql<{ requestId: string; sends: number }[]>`
    select request_id, sends from requests`;
  const noted = new Map(rows.map(({ requestId, sends }) => [requestId, sends]));
  const problems: string[] = [];
  let never = 0;
  for (const [requestId, left] of wire.left) {
    if (left > (noted.get(requestId) ?? 0)) problems.push(`${requestId} left ${left} times`);
  }
  for (const [requestId, sends] of noted) never += sends - (wire.left.get(requestId) ?? 0);
  if (never > kills + cuts) problems.push(`${never} sendings were noted and never left`);
  return problems;
}

/** The newest line of a document's history tells its status. */
async function historyOtherwise({ ground: { ledger } }: Seed): Promise<string[]> {
  const rows = await ledger.sql<{ externalId: string; status: string; told: string | null }[]>`
    select d.external_id, d.status, h.status as told from documents d left join lateral (
      select status from document_history where document_id = d.id order by id desc limit 1
    ) h on true
    where h.status is distinct from d.status`;
  return rows.map(
    ({ externalId, status, told }) => `${externalId} is ${status}, its history says ${told}`,
  );
}
