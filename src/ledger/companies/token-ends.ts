import type { ConnectionStatus } from '../../contract/connection.js';
import { announceConnection } from '../connections/connection-changes.js';
import type { Ledger } from '../database/open.js';

/** Days before their end at which apps are told of it. */
const TOLD_DAYS = [1, 7, 30] as const;
const DAY_MS = 86_400_000;
/** Companies told of in one transaction; the next look goes on. */
const COMPANIES_MAX = 100;

/**
 * Tells apps of tokens that end soon: a `connection.changed` of each connection of the company 30, 7
 * and 1 day before, once each. What ends is whatever ends first, the hundred days in which a refresh
 * token has to be used or the five years it has in all. Renewed tokens are told of anew.
 */
export async function tellOfTokenEnds(ledger: Ledger): Promise<void> {
  const now = ledger.clock().getTime();
  const [day, week, month] = TOLD_DAYS.map((days) => new Date(now + days * DAY_MS));
  await ledger.sql.begin(async (tx) => {
    const connections = await tx<{ id: string; status: ConnectionStatus }[]>`
      with ending as (
        select t.company_id, t.told_days as told, e.days from tokens t cross join lateral (
          select case when least(t.refresh_expires_at, t.hard_expires_at) <= ${day ?? null} then 1
            when least(t.refresh_expires_at, t.hard_expires_at) <= ${week ?? null} then 7
            when least(t.refresh_expires_at, t.hard_expires_at) <= ${month ?? null} then 30
            end as days) e
        where t.usable and e.days is distinct from t.told_days
        order by t.company_id limit ${COMPANIES_MAX} for no key update of t skip locked
      ), noted as (
        update tokens t set told_days = e.days from ending e where t.company_id = e.company_id
      )
      select c.id, c.status from ending e join connections c on c.company_id = e.company_id
      where e.days is not null and (e.told is null or e.days < e.told) order by c.id`;
    for (const { id, status } of connections) await announceConnection(tx, id, status);
  });
}

/** What of tokens is told: when access ends, never what gives it. */
export interface TokenEnds {
  refreshExpiresAt: Date;
  hardExpiresAt: Date | null;
}

/** The last of the days told of that has come: 30, 7 or 1 before the end; null: it is farther off. */
export function endsInDays(
  { refreshExpiresAt, hardExpiresAt }: TokenEnds,
  now: Date,
): 30 | 7 | 1 | null {
  const end = Math.min(refreshExpiresAt.getTime(), hardExpiresAt?.getTime() ?? Infinity);
  return TOLD_DAYS.find((days) => end <= now.getTime() + days * DAY_MS) ?? null;
}
