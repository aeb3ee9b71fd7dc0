import type { DocumentKind } from '../../contract/documents/index.js';
import { toDecimalString } from '../../contract/money.js';
import type { ReasonName } from '../../contract/reasons.js';
import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import type { Ledger } from '../database/open.js';
import { holdReason, isWithdrawn, waitReason } from '../documents/standing.js';
import { unsentOrdersWait } from '../documents/unsent-orders.js';
import { decryptWanted } from '../statements/wanted.js';
import type { Connection } from './connections.js';
import { judgesOtherwise, type KeptRow, keptBack, keptRows, standsBy } from './judging.js';

/**
 * What saving other settings would let go, by the rules that will do it. Nothing is locked, stored or
 * sent.
 */

type LetGo = SettingsCheckAnswer['letGo'];
type LetGoKind = Omit<LetGo['kinds'][number], 'amounts'>;

/** How much one look takes up. */
export interface LetGoBounds {
  /** Most documents. */
  documents: number;
  /** Nothing more is taken up after this, in milliseconds. */
  ms: number;
  /** Nothing more is taken up once so many would go; default: however many. */
  enough?: number;
}

export const DEFAULT_LET_GO_BOUNDS: LetGoBounds = { documents: 10_000, ms: 2_000 };

/** Documents that are in memory at once. */
const PORTION = 100;

/**
 * Judges what is kept back as if the settings were saved now, oldest first.
 *
 * @param after the connection as it would be: with the settings, and where it would stand.
 */
export async function letGoBy(
  ledger: Ledger,
  before: Connection,
  after: Connection,
  bounds: LetGoBounds = DEFAULT_LET_GO_BOUNDS,
): Promise<LetGo> {
  const tally = new LetGoTally(await homeCurrency(ledger, before.companyId));
  const limit = Math.min(bounds.documents, bounds.enough ?? bounds.documents);
  const waiting = await addWaiting(ledger, { before, after, limit }, tally);
  const judged = judgesOtherwise(before.settings, after.settings)
    ? await addJudged(ledger, after, bounds, tally)
    : NOTHING;
  return {
    complete: waiting.complete && judged.complete,
    checked: waiting.checked + judged.checked,
    ...tally.answer(),
  };
}

const NOTHING = { checked: 0, complete: true };
type Looked = typeof NOTHING;

async function homeCurrency({ sql }: Ledger, companyId: string | null): Promise<string | null> {
  const [company] = await sql<{ homeCurrency: string | null }[]>`
    select home_currency from companies where id = ${companyId}`;
  return company?.homeCurrency ?? null;
}

/** What the settings keep back, judged one by one. */
async function addJudged(
  ledger: Ledger,
  after: Connection,
  { documents, ms, enough = Number.POSITIVE_INFINITY }: LetGoBounds,
  tally: LetGoTally,
): Promise<Looked> {
  const startedAt = performance.now();
  let last = 0;
  for (let checked = 0; checked < documents; ) {
    const isLate = checked > 0 && performance.now() - startedAt >= ms;
    if (isLate || tally.documents >= enough) return { checked, complete: false };
    const limit = Math.min(PORTION, documents - checked);
    const ids = await keptBack(ledger.sql, after.id, { after: last, limit });
    for (const row of await keptRows(ledger.sql, ids)) {
      const standing = await standsBy(ledger, ledger.sql, after, row);
      if (standing?.released !== true) continue;
      const reason = standing.status === 'waiting' ? standing.reason.name : null;
      const gone = { kind: row.kind as DocumentKind, status: standing.status, reason };
      tally.add({ ...gone, documents: 1 }, row.currency, moneyOf(ledger, row));
    }
    checked += ids.length;
    last = ids.at(-1) ?? last;
    if (ids.length < limit) return { checked, complete: true };
  }
  const [more] = await keptBack(ledger.sql, after.id, { after: last, limit: 1 });
  return { checked: documents, complete: more === undefined };
}

/** Nothing is worth anything that is taken back. */
function moneyOf(ledger: Ledger, row: KeptRow): number | null {
  const { connectionId, externalId, withdrawal } = row;
  const kind = row.kind as DocumentKind;
  const document = decryptWanted(ledger, { connectionId, kind, externalId }, row.wantedCipher);
  return isWithdrawn({ kind, document, withdrawal }) ? null : row.totalMinor;
}

interface WaitingAsked {
  before: Connection;
  after: Connection;
  limit: number;
}

/** What waits for closed books, a gate or an order that is not sent any more: counted, not judged. */
async function addWaiting(
  { sql, clock }: Ledger,
  { before, after, limit }: WaitingAsked,
  tally: LetGoTally,
): Promise<Looked> {
  const next = waitReason(after) ?? holdReason(after, clock());
  const reasons: ReasonName[] =
    before.settings.closedPeriod === after.settings.closedPeriod ? [] : ['period_closed'];
  const gate = waitReason(before)?.name;
  // From one gate to the next is no way out.
  if (gate !== undefined && waitReason(after) === undefined) reasons.push(gate);
  const sendsOrders = ({ settings }: Connection) => settings.modules.includes('purchase_order');
  const leavesOrders = sendsOrders(before) && !sendsOrders(after);
  if (reasons.length === 0 && !leavesOrders) return NOTHING;
  const behindOrders = leavesOrders
    ? sql`union all (select d.kind, d.currency, d.total_minor from documents d
        left join documents b on b.id = d.blocked_by
        where d.connection_id = ${before.id} and ${unsentOrdersWait(sql)} limit ${limit})`
    : sql``;
  const rows = await sql<
    { kind: DocumentKind; currency: string | null; documents: number; minor: number | null }[]
  >`
    select kind, currency, count(*)::int as documents, sum(total_minor)::float8 as minor from (
      (select d.kind, d.currency, d.total_minor from documents d
        where d.connection_id = ${before.id} and d.reason = any(${reasons}::text[])
          and d.status = 'waiting' limit ${limit})
      ${behindOrders}) waiting
    group by 1, 2`;
  const to = next === undefined ? 'queued' : 'waiting';
  for (const { kind, currency, documents, minor } of rows) {
    const gone = { kind, status: to, reason: next?.name ?? null, documents } as const;
    tally.add(gone, currency, minor);
  }
  const checked = rows.reduce((sum, { documents }) => sum + documents, 0);
  return { checked, complete: checked < limit };
}

/** Counts by kind and what becomes of them, and adds money up by currency. */
class LetGoTally {
  readonly #kinds = new Map<string, LetGoKind & { minor: Map<string | null, number> }>();

  constructor(private readonly homeCurrency: string | null) {}

  get documents(): number {
    return [...this.#kinds.values()].reduce((sum, { documents }) => sum + documents, 0);
  }

  add(gone: LetGoKind, currency: string | null, minor: number | null): void {
    const key = `${gone.kind} ${gone.status} ${gone.reason}`;
    const row = this.#kinds.get(key) ?? { ...gone, documents: 0, minor: new Map() };
    row.documents += gone.documents;
    const of = currency ?? this.homeCurrency;
    if (minor !== null) row.minor.set(of, (row.minor.get(of) ?? 0) + minor);
    this.#kinds.set(key, row);
  }

  answer(): Pick<LetGo, 'documents' | 'kinds'> {
    const kinds = [...this.#kinds.values()].sort((a, b) => b.documents - a.documents);
    return {
      documents: this.documents,
      kinds: kinds.map(({ minor, ...row }) => ({
        ...row,
        amounts: [...minor].map(([currency, amount]) => ({
          currency,
          amount: toDecimalString(amount, currency ?? undefined),
        })),
      })),
    };
  }
}
