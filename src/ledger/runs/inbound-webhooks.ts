import { realmHashOf } from '../companies/companies.js';
import type { Ledger } from '../database/open.js';

/** A change Intuit told of, as it is kept. */
export interface ToldChange {
  realmId: string;
  eventId: string | null;
  entity: string;
  action: string;
  entityId: string;
  otherId: string | null;
  /** Null: Intuit did not say, so it counts as of now. */
  at: Date | null;
  isKnown: boolean;
  isFollowed: boolean;
}

/** What became of one: told for the first time and to be looked at, or why it is not. */
export const WEBHOOK_RESULTS = [
  'accepted',
  'duplicate',
  'unknown_company',
  'unknown_type',
  'not_followed',
] as const;
export type WebhookResult = (typeof WEBHOOK_RESULTS)[number];

export interface StoredWebhooks {
  results: Partial<Record<WebhookResult, number>>;
  /** Age of the oldest that was new, in milliseconds of business time; null where none was. */
  lagMs: number | null;
}

/** That a company's webhooks arrive is written once in this time, not with each. */
const PROOF_MS = 3_600_000;

/**
 * Keeps what Intuit told, each change routed to its company, in one transaction that takes no lock
 * others hold. What was told before, under the same event id or as the same change, is left out.
 */
export async function storeWebhooks(
  ledger: Ledger,
  intuitClientId: string,
  changes: readonly ToldChange[],
): Promise<StoredWebhooks> {
  const now = ledger.clock();
  const hashes = new Map(
    changes.map(({ realmId }) => [realmId, realmHashOf(ledger, realmId).toString('hex')]),
  );
  const rows = changes.map(({ realmId, at, ...change }) => ({
    ...change,
    realmHash: hashes.get(realmId) ?? '',
    occurredAt: (at ?? now).toISOString(),
  }));
  // In one order, so that a repetition beside its first never waits in a circle.
  rows.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const stored = await insertAll(ledger, intuitClientId, rows);
  const known = new Set(rows.flatMap((row) => (row.isKnown ? [typeOf(row)] : [])));
  const results: StoredWebhooks['results'] = {};
  const count = (result: WebhookResult, by: number) => {
    if (by > 0) results[result] = (results[result] ?? 0) + by;
  };
  for (const row of stored) {
    if (row.state !== 'waiting') count(row.state, 1);
    else count(known.has(typeOf(row)) ? 'accepted' : 'unknown_type', 1);
  }
  count('duplicate', changes.length - stored.length);
  const oldestMs = Math.min(...stored.map(({ occurredAt }) => occurredAt.getTime()));
  return { results, lagMs: stored.length === 0 ? null : Math.max(0, now.getTime() - oldestMs) };
}

type Row = Omit<ToldChange, 'realmId' | 'at'> & { realmHash: string; occurredAt: string };

const typeOf = ({ entity, action }: Pick<Row, 'entity' | 'action'>) => `${entity} ${action}`;
const orderOf = ({ realmHash, eventId, entityId, occurredAt, ...type }: Row) =>
  [realmHash, typeOf(type), entityId, occurredAt, eventId ?? ''].join(' ');

interface StoredRow {
  state: 'waiting' | 'unknown_company' | 'unknown_type' | 'not_followed';
  entity: string;
  action: string;
  occurredAt: Date;
}

async function insertAll(
  { sql, clock }: Ledger,
  intuitClientId: string,
  rows: readonly Row[],
): Promise<StoredRow[]> {
  if (rows.length === 0) return [];
  const now = clock();
  const placed = rows.map((row, place) => ({ ...row, place }));
  return sql<StoredRow[]>`
    with stored as (
      insert into inbound_webhooks (realm_hash, company_id, event_id, entity, action, entity_id,
        other_id, occurred_at, state)
      select decode(t."realmHash", 'hex'), c.id, t."eventId", t.entity, t.action, t."entityId",
        t."otherId", t."occurredAt",
        case when c.id is null then 'unknown_company' when t."isFollowed" then 'waiting'
          when t."isKnown" then 'not_followed' else 'unknown_type' end
      from jsonb_to_recordset(${sql.json(placed as never)}) as t(place int, "realmHash" text,
        "eventId" text, entity text, action text, "entityId" text, "otherId" text,
        "occurredAt" timestamptz, "isKnown" boolean, "isFollowed" boolean)
      left join companies c on c.intuit_client_id = ${intuitClientId}
        and c.realm_hash = decode(t."realmHash", 'hex')
      order by t.place
      on conflict do nothing
      returning company_id, state, entity, action, occurred_at
    ), proven as (
      update companies set webhook_at = ${now} where id in (
        select id from companies where id in (select company_id from stored)
          and (webhook_at is null or webhook_at < ${new Date(now.getTime() - PROOF_MS)})
        -- Whoever holds a company's row may take longer than Intuit waits.
        for no key update skip locked)
    )
    select state, entity, action, occurred_at from stored`;
}
