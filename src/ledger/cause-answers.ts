import type { CauseAnswer } from '../contract/causes.js';
import type { DocumentKind } from '../contract/documents/index.js';
import { toDecimalString } from '../contract/money.js';
import type { ProfileName } from '../contract/profiles.js';
import { type ReasonName, sentenceOf, storedReason } from '../contract/reasons.js';
import { documentWordOf } from '../contract/settings.js';
import { settingsInForce } from './connections.js';
import type { Ledger } from './open.js';

/** Causes of one answer, those that hold up most first. */
const CAUSES_MAX = 200;

interface CauseRow {
  id: number;
  reason: string;
  params: Record<string, unknown>;
  firstSeenAt: Date;
  lastSeenAt: Date;
}

interface CountRow {
  causeId: number;
  connectionId: string;
  currency: string | null;
  documents: number;
  amountMinor: number;
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

/** What holds up an app's documents now, from counts kept when they failed. */
export async function listCauses(ledger: Ledger, appId: string): Promise<CauseAnswer[]> {
  const { sql } = ledger;
  const causes = await sql<CauseRow[]>`
    select c.id, c.reason, c.params, c.first_seen_at, c.last_seen_at
    from causes c join cause_counts n on n.cause_id = c.id
    where c.app_id = ${appId} and n.documents > 0
    group by c.id order by sum(n.documents) desc, c.id limit ${CAUSES_MAX}`;
  const ids = causes.map(({ id }) => id);
  const [counts, samples] = await Promise.all([countsOf(ledger, ids), samplesOf(ledger, ids)]);
  const sampleByCause = new Map(samples.map((sample) => [sample.causeId, sample]));
  return causes.map((cause) =>
    answerOf(
      cause,
      counts.filter(({ causeId }) => causeId === cause.id),
      sampleByCause.get(cause.id),
    ),
  );
}

/** Amounts without a currency are in the home currency of their company. */
function countsOf({ sql }: Ledger, causeIds: number[]): Promise<CountRow[]> {
  return sql<CountRow[]>`
    select n.cause_id, n.connection_id, n.documents, n.amount_minor,
      coalesce(nullif(n.currency, ''), m.home_currency) as currency
    from cause_counts n join connections c on c.id = n.connection_id
    left join companies m on m.id = coalesce(c.company_id, c.former_company_id)
    where n.cause_id = any(${causeIds}::bigint[]) and n.documents > 0`;
}

function answerOf(
  cause: CauseRow,
  counts: readonly CountRow[],
  sample: SampleRow | undefined,
): CauseAnswer {
  const minorByCurrency = new Map<string | null, number>();
  for (const { currency, amountMinor } of counts) {
    minorByCurrency.set(currency, (minorByCurrency.get(currency) ?? 0) + amountMinor);
  }
  return {
    id: String(cause.id),
    reason: cause.reason as ReasonName,
    params: cause.params,
    details: detailsOf(cause, sample),
    documents: counts.reduce((sum, { documents }) => sum + documents, 0),
    amounts: [...minorByCurrency].map(([currency, minor]) => ({
      currency,
      amount: toDecimalString(minor, currency ?? undefined),
    })),
    connections: [...new Set(counts.map(({ connectionId }) => connectionId))],
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
  if (sample === undefined || why === undefined) return '';
  const settings = settingsInForce(sample.profile, sample.settings);
  return sentenceOf(why, {
    kind: sample.kind,
    number: sample.number,
    currency: sample.currency ?? undefined,
    documentWord: documentWordOf(sample.kind, settings),
    refreshLabel: settings.refreshLabel,
  });
}
