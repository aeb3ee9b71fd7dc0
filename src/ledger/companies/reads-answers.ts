import type { ReadStage, ReadsAnswer } from '../../contract/reads.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import { companyPaces } from '../runs/company-pace.js';
import { companyReads } from './read-meter.js';

interface Budget {
  appId: string;
  budget: number;
  used: number;
  forecast: number;
  stage: ReadStage;
}

/** What the API says of the reads behind connections, by their ids; without those that have no company. */
export async function readsAnswers(
  ledger: Ledger,
  connections: readonly Pick<Connection, 'id' | 'appId' | 'companyId'>[],
): Promise<Map<string, ReadsAnswer>> {
  const { sql } = ledger;
  const connected = connections.flatMap(({ id, appId, companyId }) =>
    companyId === null ? [] : [{ id, appId, companyId }],
  );
  if (connected.length === 0) return new Map();
  const companyIds = connected.map(({ companyId }) => companyId);
  const [reads, paces, nights, budgets] = await Promise.all([
    companyReads(ledger, sql, companyIds),
    companyPaces(ledger, sql, companyIds),
    sql<{ connectionId: string; night: string; dueAt: Date }[]>`
      select connection_id, night::text, due_at from schedules
      where connection_id = any(${connected.map(({ id }) => id)}::uuid[])`,
    sql<Budget[]>`
      select app_id, budget, used, forecast, stage from read_budgets
      where app_id = any(${connected.map(({ appId }) => appId)}::uuid[])`,
  ]);
  const readsById = new Map(reads.map((row) => [row.companyId, row]));
  const nightsById = new Map(nights.map((row) => [row.connectionId, row]));
  const budgetsById = new Map(budgets.map(({ appId, ...budget }) => [appId, budget]));
  return new Map(
    connected.map(({ id, appId, companyId }) => {
      const { month = 0, byFeature = {}, forecast = 0 } = readsById.get(companyId) ?? {};
      const pace = paces.get(companyId);
      const everyMs = pace?.looks?.everyMs ?? null;
      const night = nightsById.get(id);
      const answer: ReadsAnswer = {
        month,
        byFeature,
        forecast,
        // Locked connections alone read nothing.
        changes: pace?.source ?? 'on_demand',
        everyMinutes: everyMs === null ? null : everyMs / 60_000,
        nextNight:
          night === undefined ? null : { date: night.night, at: night.dueAt.toISOString() },
        app: budgetsById.get(appId) ?? null,
      };
      return [id, answer];
    }),
  );
}
