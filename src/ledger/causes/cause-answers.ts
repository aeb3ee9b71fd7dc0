import type { CauseAnswer, CausePage } from '../../contract/causes.js';
import type { DocumentKind } from '../../contract/documents/index.js';
import { toDecimalString } from '../../contract/money.js';
import type { ProfileName } from '../../contract/profiles.js';
import { REASON_ACTOR } from '../../contract/reason-actors.js';
import { type ReasonName, sentenceOf, storedReason } from '../../contract/reasons.js';
import { documentWordOf } from '../../contract/settings.js';
import { settingsInForce } from '../connections/connections.js';
import type { AnySql, Ledger } from '../database/open.js';

/** Whose causes are meant: an app's own, or everybody's. */
export interface CauseOwner {
  appId?: string | undefined;
}

/** Which causes a list shows; everything that is given must hold. */
export interface CauseFilter {
  reason?: string | undefined;
  /** Of a connection: with what they hold up there and elsewhere. */
  connectionId?: string | undefined;
  /** Ids of the only ones that may be meant. */
  among?: readonly number[] | undefined;
  after?: string | undefined;
  limit: number;
}

/** Connections one answer names. */
const CONNECTIONS_MAX = 1_000;

export interface CauseRow {
  id: number;
  appId: string;
  appName: string;
  reason: string;
  params: Record<string, unknown>;
  firstSeenAt: Date;
  lastSeenAt: Date;
  documents: number;
  runs: number;
}

interface CountRow {
  causeId: number;
  connectionId: string;
  currency: string | null;
  documents: number;
  amountMinor: number;
  fixedAt: Date | null;
}

/** The newest document of a cause, with what its sentence needs of its connection. */
interface SampleRow {
  causeId: number;
  kind: DocumentKind;
  number: string | null;
  currency: string | null;
  profile: ProfileName;
  settings: unknown;
}

/** What holds up documents and runs now, from counts kept when they failed; the largest first. */
export async function listCauses(
  ledger: Ledger,
  owner: CauseOwner,
  filter: CauseFilter,
): Promise<CausePage> {
  const page = await pageOfCauses(ledger, owner, filter);
  return { ...page, causes: await answersOf(ledger, page.causes) };
}

/** One; also where it holds nothing up any more. */
export async function readCause(
  ledger: Ledger,
  owner: CauseOwner,
  id: string,
): Promise<CauseAnswer | undefined> {
  const [answer] = await answersOf(ledger, await rowsOfCause(ledger, owner, id));
  return answer;
}

/** Its row, or none. */
export function rowsOfCause(
  { sql }: Ledger,
  { appId }: CauseOwner,
  id: string,
): Promise<CauseRow[]> {
  return sql<CauseRow[]>`
    select c.*, a.name as app_name,
      (select coalesce(sum(n.documents), 0)::float8 from cause_counts n
        where n.cause_id = c.id and n.documents > 0) as documents,
      (select count(*)::int from runs r where r.cause_id = c.id) as runs
    from causes c join apps a on a.id = c.app_id
    where c.id = ${causeIdFrom(id)} ${appId === undefined ? sql`` : sql`and c.app_id = ${appId}`}`;
}

export const causeIdFrom = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

export async function pageOfCauses(
  { sql }: Ledger,
  { appId }: CauseOwner,
  { reason, connectionId, among, after, limit }: CauseFilter,
): Promise<{ causes: CauseRow[]; after: string | null }> {
  const [, documents, id] = /^(\d{1,15})-(\d{1,15})$/.exec(after ?? '') ?? [];
  const isMeant = sql`select c.id from causes c
    where ${appId === undefined ? sql`true` : sql`c.app_id = ${appId}`}
      ${reason === undefined ? sql`` : sql`and c.reason = ${reason}`}`;
  const isAny = appId === undefined && reason === undefined;
  const only = sql`${isAny ? sql`` : sql`and cause_id in (${isMeant})`}
    ${connectionId === undefined ? sql`` : sql`and cause_id in (${causesOf(sql, connectionId)})`}
    ${among === undefined ? sql`` : sql`and cause_id = any(${[...among]}::bigint[])`}`;
  const rows = await sql<CauseRow[]>`
    with held as (
      select id, sum(documents) as documents, sum(runs)::int as runs
      from (
        select cause_id as id, documents, 0 as runs from cause_counts where documents > 0 ${only}
        union all
        select cause_id, 0, 1 from runs where cause_id is not null ${only}
      ) one group by id
    )
    select c.*, a.name as app_name, held.documents::float8 as documents, held.runs
    from held join causes c on c.id = held.id join apps a on a.id = c.app_id
    where ${id === undefined ? sql`true` : sql`(-held.documents, c.id) > (${-Number(documents)}, ${Number(id)})`}
    order by held.documents desc, c.id limit ${limit + 1}`;
  const causes = rows.slice(0, limit);
  const last = rows.length > limit ? causes.at(-1) : undefined;
  return { causes, after: last === undefined ? null : `${last.documents}-${last.id}` };
}

/** Causes that hold something up at a connection. */
const causesOf = (sql: AnySql, connectionId: string) => sql`
  select n.cause_id from cause_counts n where n.connection_id = ${connectionId} and n.documents > 0
  union
  select r.cause_id from runs r where r.connection_id = ${connectionId} and r.cause_id is not null`;

export async function answersOf(
  ledger: Ledger,
  causes: readonly CauseRow[],
): Promise<CauseAnswer[]> {
  if (causes.length === 0) return [];
  const ids = causes.map(({ id }) => id);
  const [counts, samples, runs] = await Promise.all([
    countsOf(ledger, ids),
    samplesOf(ledger, ids),
    runsOf(ledger, ids),
  ]);
  const sampleByCause = new Map(samples.map((sample) => [sample.causeId, sample]));
  return causes.map((cause) =>
    answerOf(cause, {
      counts: counts.filter(({ causeId }) => causeId === cause.id),
      runs: runs.filter(({ causeId }) => causeId === cause.id),
      sample: sampleByCause.get(cause.id),
    }),
  );
}

/** Amounts without a currency are in the home currency of their company. */
function countsOf({ sql }: Ledger, causeIds: number[]): Promise<CountRow[]> {
  return sql<CountRow[]>`
    select n.cause_id, n.connection_id, n.documents, n.amount_minor,
      coalesce(nullif(n.currency, ''), m.home_currency) as currency, f.fixed_at
    from cause_counts n join connections c on c.id = n.connection_id
    left join companies m on m.id = coalesce(c.company_id, c.former_company_id)
    left join cause_fixes f on f.cause_id = n.cause_id and f.connection_id = n.connection_id
      and f.released_at is null
    where n.cause_id = any(${causeIds}::bigint[]) and n.documents > 0`;
}

interface RunOfCause {
  causeId: number;
  connectionId: string;
  fixedAt: Date | null;
}

function runsOf({ sql }: Ledger, causeIds: number[]): Promise<RunOfCause[]> {
  return sql<RunOfCause[]>`
    select r.cause_id, r.connection_id, f.fixed_at from runs r
    left join cause_fixes f on f.cause_id = r.cause_id and f.connection_id = r.connection_id
      and f.released_at is null
    where r.cause_id = any(${causeIds}::bigint[])`;
}

interface Held {
  counts: readonly CountRow[];
  runs: readonly RunOfCause[];
  sample: SampleRow | undefined;
}

function answerOf(cause: CauseRow, { counts, runs, sample }: Held): CauseAnswer {
  const minorByCurrency = new Map<string | null, number>();
  for (const { currency, amountMinor } of counts) {
    minorByCurrency.set(currency, (minorByCurrency.get(currency) ?? 0) + amountMinor);
  }
  const fixes = [...counts, ...runs].flatMap(({ fixedAt }) => fixedAt ?? []);
  const concerned = new Set([...counts, ...runs].map(({ connectionId }) => connectionId));
  return {
    id: String(cause.id),
    reason: cause.reason as ReasonName,
    params: cause.params,
    details: detailsOf(cause, sample),
    actor: REASON_ACTOR[cause.reason as ReasonName],
    documents: cause.documents,
    amounts: [...minorByCurrency].map(([currency, minor]) => ({
      currency,
      amount: toDecimalString(minor, currency ?? undefined),
    })),
    runs: runs.length,
    connections: [...concerned].slice(0, CONNECTIONS_MAX),
    fixedAt: fixes.sort((a, b) => b.getTime() - a.getTime())[0]?.toISOString() ?? null,
    wouldRelease: counts.reduce(
      (sum, { documents, fixedAt }) => (fixedAt === null ? sum : sum + documents),
      0,
    ),
    firstSeenAt: cause.firstSeenAt.toISOString(),
    lastSeenAt: cause.lastSeenAt.toISOString(),
  };
}

function samplesOf({ sql }: Ledger, causeIds: number[]): Promise<SampleRow[]> {
  return sql<SampleRow[]>`
    select cause.id as cause_id, d.kind, d.number, c.profile, c.settings,
      coalesce(d.currency, m.home_currency) as currency
    from unnest(${causeIds}::bigint[]) cause(id),
      lateral (
        select * from documents where cause_id = cause.id order by cause_id desc, id desc limit 1
      ) d
    join connections c on c.id = d.connection_id
    left join companies m on m.id = d.company_id`;
}

/** The sentence in the words of the connection whose document met the cause last. */
function detailsOf(cause: CauseRow, sample: SampleRow | undefined): string {
  const why = storedReason(cause.reason, cause.params);
  if (why === undefined) return '';
  if (sample === undefined) return sentenceOf(why, OF_RUNS);
  const settings = settingsInForce(sample.profile, sample.settings);
  return sentenceOf(why, {
    kind: sample.kind,
    number: sample.number,
    currency: sample.currency ?? undefined,
    documentWord: documentWordOf(sample.kind, settings),
    refreshLabel: settings.refreshLabel,
  });
}

/** Only runs fail for it: their reasons speak of no document. */
const OF_RUNS = {
  kind: 'invoice',
  number: null,
  currency: undefined,
  documentWord: 'document',
  refreshLabel: 'Refresh',
} as const;
