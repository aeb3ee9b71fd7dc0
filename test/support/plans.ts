import { connect } from '../../src/ledger/database/open.js';

/** Plans of the statements that ran, newest last. */
export interface Explained {
  plans: ExplainedStatement[];
  /** For `openLedger`: where PostgreSQL tells the plans. */
  onNotice(message: string): void;
}

export interface ExplainedStatement {
  'Query Text': string;
  Plan: PlanNode;
}

export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  /** Read and not wanted, on the average of the node's executions. */
  'Rows Removed by Filter'?: number;
  'Actual Loops'?: number;
  Plans?: PlanNode[];
}

/**
 * Makes new sessions of a database tell the plan of every statement; needs a superuser. Its statistics stay
 * as they are: PostgreSQL would take a sample anew, a minute after much was changed.
 */
export async function explainEverything(
  databaseUrl: string,
  { planCacheMode }: { planCacheMode: 'force_custom_plan' | 'force_generic_plan' },
): Promise<Explained> {
  const sql = connect(databaseUrl, { poolSize: 1 });
  const name = new URL(databaseUrl).pathname.slice(1);
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_format': 'json',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    plan_cache_mode: planCacheMode,
  };
  await sql`load 'auto_explain'`;
  for (const [setting, value] of Object.entries(settings)) {
    await sql.unsafe(`alter database "${name}" set ${setting} = '${value}'`);
  }
  const tables = await sql<{ tablename: string }[]>`
    select tablename from pg_tables where schemaname = 'public'`;
  for (const { tablename } of tables) {
    await sql`alter table ${sql(tablename)} set (autovacuum_enabled = false)`;
  }
  await sql.end();
  const plans: ExplainedStatement[] = [];
  return {
    plans,
    onNotice(message) {
      const [, json] = /^duration: .*? plan:\s(.*)$/s.exec(message) ?? [];
      if (json !== undefined) plans.push(JSON.parse(json) as ExplainedStatement);
    },
  };
}

/** Tables that grow with every document. */
export const LARGE: ReadonlySet<string> = new Set([
  'documents',
  'document_history',
  'document_search',
  'links',
  'pushes',
  'push_items',
  'requests',
  'events',
]);

/** Indexes of what is open alone, which admission keeps few; a sweep reads all of it. */
const OPEN_ALONE = new Set([
  'pushes_open',
  'pushes_wakeable',
  'runs_open',
  'runs_wakeable',
  'runs_cause',
]);

/** Rows that a statement may read and not want, of the 60,000 documents of a filled ledger. */
const IN_VAIN_MAX = 2_000;
/** Rows that may be looked at one by one, by their keys, and not be wanted: what a page looks at. */
const LOOKED_AT_MAX = 20_000;
const BY_KEY = /^\(id = /;

/**
 * What reads a large table from end to end: a sequential scan, or an index without a condition that
 * no limit ends, or one that is walked past thousands of rows in search of those that fit. Each with
 * the statement it belongs to.
 *
 * @param large default: what grows with every document
 */
export function wholeReads(
  plans: readonly ExplainedStatement[],
  large: ReadonlySet<string> = LARGE,
): string[] {
  return plans.flatMap((statement) => {
    const text = statement['Query Text'].replace(/\s+/g, ' ').trim();
    return nodesOf(statement.Plan, large, false).map((node) => `${node}: ${text.slice(0, 300)}`);
  });
}

/** The most rows of a table that one node of a plan read and did not want. */
export function readInVain(plans: readonly ExplainedStatement[], table: string): number {
  const ofNode = ({ Plans = [], ...node }: PlanNode): number[] => [
    node['Relation Name'] === table
      ? (node['Rows Removed by Filter'] ?? 0) * (node['Actual Loops'] ?? 1)
      : 0,
    ...Plans.flatMap(ofNode),
  ];
  return Math.max(0, ...plans.flatMap(({ Plan }) => ofNode(Plan)));
}

function nodesOf(node: PlanNode, large: ReadonlySet<string>, isLimited: boolean): string[] {
  const table = node['Relation Name'] ?? '';
  const type = node['Node Type'];
  const isWhole =
    type === 'Seq Scan' ||
    (/^Index (Only )?Scan$/.test(type) && node['Index Cond'] === undefined && !isLimited);
  const inVain = (node['Rows Removed by Filter'] ?? 0) * (node['Actual Loops'] ?? 1);
  const isMeant = OPEN_ALONE.has(node['Index Name'] ?? '');
  // Words that are everywhere are looked for in the newest documents, which is meant.
  const inVainMax = BY_KEY.test(node['Index Cond'] ?? '') ? LOOKED_AT_MAX : IN_VAIN_MAX;
  const isFound = isWhole || (inVain > inVainMax && table !== 'document_search');
  const by = node['Index Name'] === undefined ? '' : ` by ${node['Index Name']}`;
  const own = isFound && !isMeant && large.has(table) ? [`${type} on ${table}${by}`] : [];
  const below = (node.Plans ?? []).flatMap((child) =>
    nodesOf(child, large, isLimited || type === 'Limit'),
  );
  return [...own, ...below];
}
