import type { ConnectionAnswer } from '../../contract/answers.js';
import { type ConnectionStatus, connectionActions } from '../../contract/connection.js';
import { readsAnswers } from '../companies/reads-answers.js';
import { endsInDays } from '../companies/token-ends.js';
import type { Ledger } from '../database/open.js';
import type { Connection } from './connections.js';
import { holdOf } from './hold.js';

interface CompanyFacts {
  id: string;
  name: string | null;
  country: string | null;
  homeCurrency: string | null;
  lastRefreshAt: Date | null;
  reads: number | null;
  throttledSince: Date | null;
  refreshExpiresAt: Date | null;
  hardExpiresAt: Date | null;
}

/**
 * What the API says of connections, in the order given. `connectUrl` is null: a link is made only
 * when a connection is created or a link is asked for.
 */
export async function connectionAnswers(
  ledger: Ledger,
  connections: readonly Connection[],
): Promise<ConnectionAnswer[]> {
  const companyIds = connections.flatMap(({ companyId }) => (companyId === null ? [] : companyId));
  const facts = new Map((await companyFacts(ledger, companyIds)).map((row) => [row.id, row]));
  const now = ledger.clock();
  const reads = await readsAnswers(ledger, connections);
  return connections.map((connection) => {
    const company = connection.companyId === null ? undefined : facts.get(connection.companyId);
    return {
      id: connection.id,
      externalId: connection.externalId,
      name: connection.name,
      profile: connection.profile,
      status: connection.status,
      connectUrl: null,
      actions: connectionActions(connection),
      settings: connection.settings,
      attributes: connection.attributes,
      setupMissing: connection.setupMissing,
      hold: holdOf(connection, now),
      accessRequest: accessRequestOf(connection),
      unlockedAt: connection.unlockedAt?.toISOString() ?? null,
      pausedAt: connection.pausedAt?.toISOString() ?? null,
      company:
        company === undefined
          ? null
          : { name: company.name, country: company.country, currency: company.homeCurrency },
      lastRefreshAt: company?.lastRefreshAt?.toISOString() ?? null,
      health: healthOf(connection, company, now),
      tokens: tokensOf(company, now),
      throttledSince: company?.throttledSince?.toISOString() ?? null,
      readsThisMonth: company?.reads ?? 0,
      reads: reads.get(connection.id) ?? null,
      replacedBy: connection.replacedBy,
      createdAt: connection.createdAt.toISOString(),
      connectedAt: connection.connectedAt?.toISOString() ?? null,
    };
  });
}

/** What the app's own page should not keep quiet about. */
const STOPPED: ReadonlySet<ConnectionStatus> = new Set([
  'company_suspended',
  'reconnect_needed',
  'disconnected_in_quickbooks',
]);

function healthOf(
  { status }: Connection,
  company: CompanyFacts | undefined,
  now: Date,
): ConnectionAnswer['health'] {
  if (STOPPED.has(status)) return 'stopped';
  const endsSoon = (tokensOf(company, now)?.endsInDays ?? null) !== null;
  return endsSoon || (company?.throttledSince ?? null) !== null ? 'attention' : 'ok';
}

function tokensOf(company: CompanyFacts | undefined, now: Date): ConnectionAnswer['tokens'] {
  const { refreshExpiresAt = null, hardExpiresAt = null } = company ?? {};
  if (refreshExpiresAt === null) return null;
  return {
    refreshEndsAt: refreshExpiresAt.toISOString(),
    reconnectBy: hardExpiresAt?.toISOString() ?? null,
    endsInDays: endsInDays({ refreshExpiresAt, hardExpiresAt }, now),
  };
}

function accessRequestOf({
  accessRequestedAt: at,
  accessRequestedBy: by,
}: Connection): ConnectionAnswer['accessRequest'] {
  return at === null || by === null ? null : { at: at.toISOString(), by };
}

function companyFacts(ledger: Ledger, companyIds: string[]): Promise<CompanyFacts[]> {
  const month = `${ledger.clock().toISOString().slice(0, 7)}-01`;
  return ledger.sql<CompanyFacts[]>`
    select c.id, c.name, c.country, c.home_currency, m.reads, t.refresh_expires_at,
      t.hard_expires_at,
      case when n.probes_failed > 0 then n.throttled_since end as throttled_since,
      (select max(refreshed_at) from record_lists l where l.company_id = c.id) as last_refresh_at
    from companies c left join read_meter m on m.company_id = c.id and m.month = ${month}
      left join lanes n on n.company_id = c.id
      left join tokens t on t.company_id = c.id and t.usable
    where c.id = any(${companyIds}::uuid[])`;
}
