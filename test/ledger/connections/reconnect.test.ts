import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import { tokenStore } from '../../../src/ledger/companies/tokens.js';
import { completeConnect, disconnect } from '../../../src/ledger/connections/connecting.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { markReconnectNeeded, parkLeftPushes } from '../../../src/ledger/connections/reconnect.js';
import { appendEvent } from '../../../src/ledger/events/events.js';
import { DEFAULT_ADMISSION } from '../../../src/ledger/pushes/admission.js';
import { claimPush } from '../../../src/ledger/pushes/claim.js';
import { openPushes } from '../../../src/ledger/pushes/due.js';
import { type ClaimedPush, releaseLease } from '../../../src/ledger/pushes/pushes.js';
import { claimRun } from '../../../src/ledger/runs/claimed-runs.js';
import { failUnlessConnected } from '../../../src/ledger/runs/run-endings.js';
import { startRun } from '../../../src/ledger/runs/runs.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { waitingForLocks } from '../../support/row-lock.js';
import { aConnected, aGrant, anApp } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

const REALM = '4620816365000000007';
const LEASE_MS = 30_000;
const PARKED = { status: 'waiting', reason: 'reconnect_needed', due: false };

describe('a company whose tokens are refused', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection, companyId } = await aConnected(fresh.ledger, app.id, REALM));
  });
  afterAll(() => fresh?.close());

  const connectAgain = () => completeConnect(fresh.ledger, aGrant(connection.id, REALM), 'test');
  const secondsNow = async () => {
    const [row] = await fresh.ledger.sql<{ seconds: number }[]>`
      select extract(epoch from now() - timestamptz '2025-01-01T00:00:00Z')::int as seconds`;
    return row?.seconds ?? 0;
  };
  const stored = async () => (await tokenStore(fresh.ledger).read(companyId))?.generation ?? null;
  async function standing(externalId: string) {
    const [row] = await fresh.ledger.sql`
      select status, reason, due_at is not null as due from documents
      where external_id = ${externalId}`;
    return row;
  }
  /** States an invoice and takes its push, as a worker does. */
  async function onItsWay(externalId: string): Promise<ClaimedPush> {
    await stateInvoice(fresh.ledger, connection, externalId);
    const [opened] = await openPushes(fresh.ledger, companyId, DEFAULT_ADMISSION);
    const push = await claimPush(fresh.ledger, opened?.id ?? 0, LEASE_MS);
    if (push === undefined) throw new Error('There was nothing to claim');
    return push;
  }

  it('stays connected where others are stored since a disconnect', async () => {
    const refused = await stored();
    await disconnect(fresh.ledger, connection.id, 'test');
    // Nobody comes back from Intuit’s pages within the second.
    await waitFor(async () => (await secondsNow()) > (refused ?? 0), { what: 'another second' });
    await connectAgain();

    expect(await markReconnectNeeded(fresh.ledger, companyId, refused)).toBe(false);
  });

  it('lets a run go on that was to fail while somebody connected again', async () => {
    const asked = { job: 'refresh_master_data', trigger: 'person' } as const;
    const { runId } = await startRun(fresh.ledger, connection, asked);
    const run = await claimRun(fresh.ledger, runId, LEASE_MS);
    if (run === undefined) throw new Error('There was nothing to claim');
    const why = reason('reconnect_needed', {});

    // Its worker has noted the loss, the customer is back, and asks for a run.
    await connectAgain();
    expect(await startRun(fresh.ledger, connection, asked)).toEqual({ runId, created: false });
    expect(await failUnlessConnected(fresh.ledger, run, why)).toBe(false);

    await fresh.ledger.sql`update companies set status = 'reconnect_needed'`;
    expect(await failUnlessConnected(fresh.ledger, run, why)).toBe(true);
    await fresh.ledger.sql`update companies set status = 'connected'`;
  });

  it('stays connected where others are stored since, and where there are some again', async () => {
    const refused = await stored();
    await connectAgain();

    expect(await markReconnectNeeded(fresh.ledger, companyId, refused)).toBe(false);
    expect(await markReconnectNeeded(fresh.ledger, companyId, null)).toBe(false);

    const [company] = await fresh.ledger.sql`select status from companies`;
    expect(company).toEqual({ status: 'connected' });
  });

  it('shows as waiting what a worker had in hand then and left since', async () => {
    const push = await onItsWay('INV-1');
    expect(await markReconnectNeeded(fresh.ledger, companyId, await stored())).toBe(true);
    await parkLeftPushes(fresh.ledger);
    expect(await standing('INV-1')).toMatchObject({ status: 'syncing' });

    await releaseLease(fresh.ledger, push);
    await parkLeftPushes(fresh.ledger);

    expect(await standing('INV-1')).toEqual(PARKED);
    await connectAgain();
    expect(await standing('INV-1')).toEqual({ status: 'queued', reason: null, due: true });
  });

  it('is noted in the moment something else is settled', async () => {
    const id = await stateInvoice(fresh.ledger, connection, 'INV-2');
    await openPushes(fresh.ledger, companyId, DEFAULT_ADMISSION);
    let noting: Promise<unknown> = Promise.resolve();

    // As settling goes: what is waited for, then what the app is told of who waits.
    await fresh.ledger.sql.begin(async (tx) => {
      await tx`select 1 from documents where id = ${id} for share`;
      noting = markReconnectNeeded(fresh.ledger, companyId, await stored());
      const waits = async () => (await waitingForLocks(fresh.ledger, 'from documents')) === 1;
      await waitFor(waits, { what: 'the noting' });
      await appendEvent(tx, { connectionId: connection.id, type: 'document.status_changed' });
    });

    expect(await noting).toBe(true);
    expect(await standing('INV-2')).toEqual(PARKED);
  });
});
