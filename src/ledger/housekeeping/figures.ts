import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import { READ_STAGES, type ReadStage } from '../../contract/reads.js';
import { allReads } from '../companies/read-meter.js';
import type { Ledger } from '../database/open.js';
import { LANE_CLASS, type LaneClass } from '../rows.js';

/** How much there is to do and what holds it up, over all companies. */
export interface LedgerFigures {
  /** Documents that wait for dispatch: their number, and how long the first has been due. */
  due: { laneClass: LaneClass; documents: number; oldestSeconds: number }[];
  openPushes: { laneClass: LaneClass; pushes: number }[];
  /** Documents that have not come to their end, by status; `checking`: nobody knows the outcome. */
  unended: { status: UnendedStatus; documents: number }[];
  /** Documents that failed, by reason. */
  failed: { reason: string; documents: number }[];
  connections: { status: string; connections: number }[];
  /** Companies QuickBooks takes no calls for, longer than a pause. */
  throttledCompanies: number;
  /** Metered reads of this calendar month, and what it comes to. */
  reads: { month: number; forecast: number };
  /** Apps that read less by the clock, by stage. */
  readStages: { stage: ReadStage; apps: number }[];
}

/** Statuses a document can leave by itself or by a person; the others only grow. */
const UNENDED = ['not_ready', 'queued', 'syncing', 'checking', 'waiting', 'failed'] as const;
export type UnendedStatus = (typeof UNENDED)[number];

/**
 * Reads the figures of a metric scrape. Most are a few rows; documents that are due or
 * unended are counted along their indexes, about 0.1 s for a million.
 *
 * @param statuses the unended ones that are told. Default: all
 */
export async function readFigures(
  ledger: Ledger,
  { statuses = UNENDED }: { statuses?: readonly UnendedStatus[] } = {},
): Promise<LedgerFigures> {
  const { sql } = ledger;
  const [reads, readStages] = await Promise.all([
    allReads(ledger),
    // Stages without an app are told as none, too.
    sql<LedgerFigures['readStages']>`
      select s.stage, count(b.app_id)::int as apps
      from unnest(${READ_STAGES.filter((stage) => stage !== 'full')}::text[]) s(stage)
        left join read_budgets b on b.stage = s.stage group by 1`,
  ]);
  const [due, openPushes, unended, failed, connections, [throttled]] = await Promise.all([
    sql<LedgerFigures['due']>`
      select lane_class, count(*)::int as documents,
        greatest(0, extract(epoch from now() - min(due_at)))::float8 as oldest_seconds
      from documents where due_at is not null group by 1`,
    sql<LedgerFigures['openPushes']>`
      select lane_class, count(*)::int as pushes from pushes where closed_at is null group by 1`,
    // Statuses without a document are told as none: a series that ends is no zero.
    sql<LedgerFigures['unended']>`
      select s.status, coalesce(sum(n.documents), 0)::int as documents
      from unnest(${[...statuses]}::text[]) s(status), unnest(${[...DOCUMENT_KINDS]}::text[]) k(kind),
        lateral (select count(*) as documents from documents d
          where d.kind = k.kind and d.status = s.status) n
      group by 1`,
    sql<LedgerFigures['failed']>`
      select c.reason, sum(n.documents)::int as documents
      from causes c join cause_counts n on n.cause_id = c.id group by 1 having sum(n.documents) > 0`,
    sql<LedgerFigures['connections']>`
      select status, count(*)::int as connections from connections group by 1`,
    sql<{ companies: number }[]>`
      select count(*)::int as companies from lanes where probes_failed > 0`,
  ]);
  return {
    due,
    openPushes,
    unended,
    failed,
    connections,
    throttledCompanies: throttled?.companies ?? 0,
    reads,
    readStages,
  };
}

/** Words for lane classes, as metrics say them. */
export const LANE_CLASS_NAMES = Object.fromEntries(
  Object.entries(LANE_CLASS).map(([name, laneClass]) => [laneClass, name]),
) as Record<LaneClass, keyof typeof LANE_CLASS>;
