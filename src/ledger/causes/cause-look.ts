import type { CauseLook } from '../../contract/causes.js';
import type { Ledger } from '../database/open.js';
import { causeIdFrom } from './cause-answers.js';
import { seeFixes, TYPE_OF_NAME } from './cause-fixes.js';
import { readOpsCause } from './ops-causes.js';

/** Names like the missing one that an answer tells. */
const SIMILAR_MAX = 3;
/** Shared trigrams of two names, from which on one may be meant by the other. */
const SIMILAR_FROM = 0.45;

/**
 * Looks now, in what was last read of QuickBooks, whether causes are fixed: the sweep does the same a
 * little later. Undefined where there is no such cause.
 */
export async function lookAtCause(ledger: Ledger, id: string): Promise<CauseLook | undefined> {
  await seeFixes(ledger);
  const cause = await readOpsCause(ledger, id);
  if (cause === undefined) return undefined;
  const isMissing = cause.fixedAt === null && Object.hasOwn(TYPE_OF_NAME, cause.reason);
  return {
    cause: cause.documents + cause.runs === 0 ? null : cause,
    lookedAt: ledger.clock().toISOString(),
    similar: isMissing ? await similarNames(ledger, causeIdFrom(id)) : [],
  };
}

/** Read from the whole list of a company, so only when a person asks. */
async function similarNames({ sql }: Ledger, causeId: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select r.name, max(similarity(lower(r.name), lower(ca.params ->> 'name'))) as alike
    from causes ca
      join records r on r.company_id in (
        select c.company_id from cause_counts n join connections c on c.id = n.connection_id
        where n.cause_id = ca.id and n.documents > 0)
    where ca.id = ${causeId} and r.active and r.merged_into is null
      and r.type = ${sql.json(TYPE_OF_NAME)}::jsonb ->> ca.reason
    group by 1
    having max(similarity(lower(r.name), lower(ca.params ->> 'name'))) >= ${SIMILAR_FROM}
    order by 2 desc, 1 limit ${SIMILAR_MAX}`;
  return rows.map(({ name }) => name);
}
