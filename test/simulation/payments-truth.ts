import type { JsonObject } from '../../src/simulator/index.js';
import type { Seed } from './seed.js';

interface Row {
  externalId: string;
  status: string;
  reason: string | null;
  quickbooksId: string | null;
  history: string;
}

/** What must be true of money once all is quiet, whoever has received it. */
export async function paymentsOtherwise(seed: Seed): Promise<string[]> {
  const rows = await rowsOf(seed);
  return [
    ...madeTwice(seed),
    ...rows.flatMap((row) => otherwise(seed, row)),
    ...(await toldWrongly(seed, rows)),
    ...(await crashedRuns(seed)),
  ];
}

function rowsOf({ ground: { ledger } }: Seed): Promise<Row[]> {
  return ledger.sql<Row[]>`
    select d.external_id, d.status, d.reason, l.quickbooks_id, (
      select string_agg(h.what || ' ' || h.revision || ': ' || h.status, ', ' order by h.id)
      from document_history h where h.document_id = d.id) as history
    from documents d left join links l on l.connection_id = d.connection_id
      and l.kind = d.kind and l.external_id = d.external_id
    where d.kind = 'payment' order by d.id`;
}

const paymentsIn = ({ simulator, realmId }: Seed): JsonObject[] =>
  simulator.control.objects(realmId, 'Payment');

/** QuickBooks holds the money of a document once, and none that nobody stated. */
function madeTwice(seed: Seed): string[] {
  const { app, received } = seed;
  const held = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { Id, TotalAmt } of paymentsIn(seed)) {
    if (received.has(String(Id))) continue;
    const whose = app.amounts.get(Number(TotalAmt));
    if (whose === undefined) problems.push(`payment ${Id} of ${TotalAmt} is nobody's`);
    else held.set(whose, [...(held.get(whose) ?? []), `${Id} of ${TotalAmt}`]);
  }
  for (const [whose, payments] of held) {
    if (payments.length > 1) problems.push(`${whose} was made as ${payments.join(' and ')}`);
  }
  return problems;
}

function otherwise(seed: Seed, { externalId, status, quickbooksId, history }: Row): string[] {
  const wanted = seed.app.payments.get(externalId);
  if (wanted === undefined) return [`${externalId}: nobody stated it`];
  if (status !== 'synced') return [];
  const payment = paymentsIn(seed).find(({ Id }) => Id === quickbooksId);
  if (payment === undefined) return [`${externalId} is synced and not in QuickBooks; ${history}`];
  return payment['TotalAmt'] === Number(wanted.amount)
    ? []
    : [`${externalId} is ${payment['TotalAmt']} and not ${wanted.amount}; ${history}`];
}

/** The app hears of what a person received, once, and never of its own money. */
async function toldWrongly(seed: Seed, rows: readonly Row[]): Promise<string[]> {
  const { received, touched, ground } = seed;
  const events = await ground.ledger.sql<{ recordId: string; externalId: string }[]>`
    select record_id, external_id from events where type = 'payment.recorded' order by number`;
  const own = new Map(rows.map(({ quickbooksId, externalId }) => [quickbooksId, externalId]));
  const times = new Map<string, number>();
  for (const { recordId } of events) times.set(recordId, (times.get(recordId) ?? 0) + 1);
  const problems = [...times].flatMap(([recordId, count]) => {
    const whose = own.get(recordId);
    if (whose !== undefined) return [`${whose} was told back as ${recordId}`];
    return count > 1 && touched.size === 0 ? [`payment ${recordId} was told ${count} times`] : [];
  });
  const synced = await ground.ledger.sql<{ externalId: string }[]>`
    select external_id from documents where kind = 'invoice' and status = 'synced'`;
  const isSynced = new Set(synced.map(({ externalId }) => externalId));
  for (const [recordId, externalId] of received) {
    if (times.has(recordId) || !isSynced.has(externalId) || touched.has(externalId)) continue;
    problems.push(`payment ${recordId} for ${externalId} was never told`);
  }
  return problems;
}

async function crashedRuns({ ground: { ledger } }: Seed): Promise<string[]> {
  const rows = await ledger.sql<{ id: number }[]>`select id from runs where reason = 'crashed'`;
  return rows.map(({ id }) => `run ${id} failed by our own code`);
}
