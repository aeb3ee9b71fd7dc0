import { waitForStatus } from '../../support/journey.js';
import { eventsOf } from '../../support/log-lines.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';

/** Waits until all of these are in QuickBooks. */
export async function synced(
  house: ChaosHouse,
  at: SalesCompany,
  numbers: readonly string[],
): Promise<void> {
  for (const number of numbers) await waitForStatus(house, at.id, 'invoice', number, 'synced');
}

/** Waits until a call for one of these has left, whether it is answered by now or not. */
export async function hasLeft(
  { house: { ledger } }: ChaosHouse,
  ...numbers: readonly string[]
): Promise<void> {
  await waitFor(
    async () => {
      const rows = await ledger.sql`
        select 1 from requests r join push_items i on i.push_id = r.push_id
        join documents d on d.id = i.document_id
        where d.external_id = any(${[...numbers]}::text[]) and r.sent_at is not null`;
      return rows.count > 0;
    },
    { what: `a call for ${numbers[0]} to have left` },
  );
}

/** Waits until so many pushes are open. */
export async function openedPushes(
  { house: { ledger } }: ChaosHouse,
  atLeast: number,
): Promise<void> {
  await waitFor(
    async () => {
      const open = await ledger.sql`select 1 from pushes where closed_at is null`;
      return open.count >= atLeast;
    },
    { what: `${atLeast} pushes to be open` },
  );
}

/** What a process logged under one event. */
export function said(house: ChaosHouse, event: string, pid: number): Record<string, unknown>[] {
  return eventsOf(house, event).filter((line) => line['pid'] === pid);
}

/**
 * For a worker whose queue is of no use: long enough that a sweep fails of the queue before it is late,
 * and that nobody takes the worker for one that stands still, also on a machine that does much else.
 */
export const PATIENT = { environment: { QBO_SYNC_TEST_WAITS: '0.1' } };

/** Waits until adding wake-ups has ended in a process, without having added them. */
export async function gaveUp(house: ChaosHouse, pid: number): Promise<void> {
  const errors = () => said(house, 'sweep_failed', pid).map(({ error }) => error);
  await waitFor(() => errors().includes('QueueUnavailable'), { what: 'the sweep to give up' });
}

/** What web says of itself, as `200 ok`. */
export async function readiness({ webUrl }: Pick<ChaosHouse, 'webUrl'>): Promise<string> {
  const answer = await fetch(`${webUrl}/readyz`);
  const body = (await answer.json()) as { status: string };
  return `${answer.status} ${body.status}`;
}

export const READY = '200 ok';
/** Requests are served, and the queue is of no use. */
export const DEGRADED = '200 degraded';

export async function isReady(house: ChaosHouse): Promise<void> {
  await waitFor(async () => (await readiness(house)) === READY, { what: 'web to be well' });
}

/** Waits until an outage has lasted this long. */
export async function lasted(sinceMs: number, durationMs: number): Promise<void> {
  await waitFor(() => performance.now() - sinceMs > durationMs, {
    what: `the outage to last ${durationMs} ms`,
    withinMs: durationMs + 60_000,
  });
}
