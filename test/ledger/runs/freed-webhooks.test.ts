import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { DEFAULT_RETENTION, forgetOld } from '../../../src/ledger/housekeeping/retention.js';
import { cancelRun } from '../../../src/ledger/runs/cancelled-runs.js';
import { companiesWithWebhooks, startWantedRun } from '../../../src/ledger/runs/changes-wanted.js';
import { claimRun } from '../../../src/ledger/runs/claimed-runs.js';
import { storeWebhooks } from '../../../src/ledger/runs/inbound-webhooks.js';
import { failRun, succeedRun } from '../../../src/ledger/runs/run-endings.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { aToldChange } from '../../support/webhooks.js';

// What Intuit told is not forgotten with a run that read nothing of it to the end.
describe('webhooks of a run that ended without success', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection, companyId } = await aConnected(fresh.ledger, app.id));
  });
  afterAll(() => fresh?.close());
  beforeEach(async () => {
    await fresh.ledger.sql`delete from inbound_webhooks`;
    await fresh.ledger.sql`delete from runs`;
  });

  const tell = (entityId: string) =>
    storeWebhooks(fresh.ledger, CLIENT_ID, [aToldChange({ entityId })]);
  const start = () => startWantedRun(fresh.ledger, companyId, { settleMs: 0 });
  const companies = () => companiesWithWebhooks(fresh.ledger, { gatherMs: 0 }, 10);
  /** State of each, and for how many minutes about it waits yet. */
  const kept = () =>
    fresh.ledger.sql<{ state: string; runId: number | null; minutes: number }[]>`
      select state, run_id, round(extract(epoch from received_at - now()) / 60)::int as minutes
      from inbound_webhooks order by id`;
  async function claimed() {
    const run = await claimRun(fresh.ledger, (await start()) ?? 0, 60_000);
    if (run === undefined) throw new Error('There was nothing to claim');
    return run;
  }
  const passes = () => fresh.ledger.sql`update inbound_webhooks set received_at = now()`;

  it('are free again after a failure, each time later, and at once with the next one', async () => {
    await tell('1');
    const waits: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      await failRun(fresh.ledger, await claimed(), reason('crashed', {}));
      const [row] = await kept();
      expect(row).toMatchObject({ state: 'waiting', runId: null });
      waits.push(row?.minutes ?? 0);
      expect(await companies()).toEqual([]);
      await passes();
      expect(await companies()).toEqual([companyId]);
    }
    expect(waits).toEqual([5, 10, 20]);

    await succeedRun(fresh.ledger, await claimed(), 0, async () => []);
    await tell('2');
    await failRun(fresh.ledger, await claimed(), reason('crashed', {}));
    const [, second] = await kept();
    expect(second?.minutes).toBe(5);
    await tell('3');
    expect(await companies()).toEqual([companyId]);
    const next = await start();
    expect((await kept()).slice(1)).toMatchObject([{ runId: next }, { runId: next }]);
  });

  it('wait no more once change data does not look back to them, and are forgotten then', async () => {
    await tell('1');
    await fresh.ledger.sql`update inbound_webhooks set occurred_at = now() - interval '31 days'`;
    const run = await claimed();
    await failRun(fresh.ledger, run, reason('crashed', {}));
    expect(await kept()).toMatchObject([{ state: 'taken', runId: run.id }]);
    expect(await companies()).toEqual([]);
    await fresh.ledger.sql`update inbound_webhooks set received_at = now() - interval '31 days'`;
    await forgetOld(fresh.ledger, DEFAULT_RETENTION, new AbortController().signal);
    expect(await kept()).toEqual([]);
  });

  it('are free again after a cancellation, though not the next moment', async () => {
    await tell('1');
    const runId = (await start()) ?? 0;
    expect(await cancelRun(fresh.ledger, connection, runId, 'test')).toBe('cancelled');
    expect(await kept()).toMatchObject([{ state: 'waiting', runId: null, minutes: 5 }]);
    expect(await companies()).toEqual([]);
    await passes();
    expect(await companies()).toEqual([companyId]);
    expect(await start()).not.toBe(runId);
  });
});
