import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { startRun } from '../../../src/ledger/runs/runs.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

/** Lock on which whoever has tried to insert a run stands. */
const STANDING = 7;

describe('a run that is asked for', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  beforeEach(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ connection } = await aConnected(fresh.ledger, app.id));
  });
  afterEach(() => fresh.close());

  const ask = () =>
    startRun(fresh.ledger, connection, { job: 'refresh_master_data', trigger: 'api' });

  it('is the one that is open', async () => {
    const first = await ask();
    expect(first.created).toBe(true);
    expect(await ask()).toEqual({ runId: first.runId, created: false });
  });

  it('is another one where the open one ends in that moment', async () => {
    const { sql } = fresh.ledger;
    const { runId } = await ask();
    await sql`
      create function stand_still() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(${sql.unsafe(String(STANDING))}); return null; end $$`;
    await sql`create trigger stand_still after insert on runs
      for each statement execute function stand_still()`;
    const holder = await sql.reserve();
    await holder`select pg_advisory_lock(${STANDING})`;

    const asked = ask();
    const waiting = () => sql`
      select 1 from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
    await waitFor(async () => (await waiting()).count === 1, { what: 'it to meet the open one' });
    await sql`update runs set status = 'succeeded', ended_at = now() where id = ${runId}`;
    await holder`select pg_advisory_unlock(${STANDING})`;
    holder.release();

    const next = await asked;
    expect(next).toEqual({ runId: expect.any(Number), created: true });
    expect(next.runId).not.toBe(runId);
  });
});
