import { connect } from '../../src/ledger/open.js';

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
  Plans?: PlanNode[];
}

/** Makes new sessions of a database tell the plan of every statement; needs a superuser. */
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
    plan_cache_mode: planCacheMode,
  };
  await sql`load 'auto_explain'`;
  for (const [setting, value] of Object.entries(settings)) {
    await sql.unsafe(`alter database "${name}" set ${setting} = '${value}'`);
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
const LARGE = new Set([
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
const OPEN_ALONE = new Set(['pushes_open', 'pushes_wakeable']);

/**
 * What reads a large table from end to end: a sequential scan, or an index without a condition that
 * no limit ends. Each with the statement it belongs to.
 */
export function wholeReads(plans: readonly ExplainedStatement[]): string[] {
  return plans.flatMap((statement) => {
    const text = statement['Query Text'].replace(/\s+/g, ' ').trim();
    return nodesOf(statement.Plan, false).map((node) => `${node}: ${text.slice(0, 300)}`);
  });
}

function nodesOf(node: PlanNode, isLimited: boolean): string[] {
  const table = node['Relation Name'] ?? '';
  const type = node['Node Type'];
  const isWhole =
    type === 'Seq Scan' ||
    (/^Index (Only )?Scan$/.test(type) && node['Index Cond'] === undefined && !isLimited);
  const isMeant = OPEN_ALONE.has(node['Index Name'] ?? '');
  const own = isWhole && !isMeant && LARGE.has(table) ? [`${type} on ${table}`] : [];
  const below = (node.Plans ?? []).flatMap((child) =>
    nodesOf(child, isLimited || type === 'Limit'),
  );
  return [...own, ...below];
}
