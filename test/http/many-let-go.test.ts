import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { changeSettings } from '../../src/ledger/connections/connection-settings.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { readConnection } from '../../src/ledger/connections/connections.js';
import { stateInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, asPerson, aWeb, type WebUnderTest } from '../support/web.js';

const BEYOND = 2;
const DAY_MS = 86_400_000;
const NEEDED = [403, 'urn:qbo-sync:problem:reauthentication_needed'];

type Call = ReturnType<typeof asPerson>;

// Whoever finds an open dashboard must not be able to let thousands of documents go either.
describe('what lets many documents go at once', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let connection: Connection;
  let call: Call;
  let url: string;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { reauthenticate: { beyondDocuments: BEYOND } });
  });
  beforeEach(async () => {
    const { app } = await anApp(fresh.ledger);
    const realmId = String(Math.random()).slice(2);
    connection = (await aConnected(fresh.ledger, app.id, realmId)).connection;
    url = `/ops/connections/${connection.id}`;
    call = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'support'));
    now = new Date(now.getTime() + 20 * 60_000);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const asked = async (...[method, path, payload]: Parameters<Call>) => {
    const answer = await call(method, `${url}${path}`, payload);
    return [answer.statusCode, answer.json().type];
  };
  const set = async (change: object) => {
    await changeSettings(fresh.ledger, connection.id, change, 'test');
    await readAnew();
  };
  async function readAnew(): Promise<void> {
    const found = await readConnection(fresh.ledger, connection.appId, connection.id);
    if (found === undefined) throw new Error('The connection is gone');
    connection = found;
  }
  const state = async (...numbers: string[]) => {
    for (const number of numbers) await stateInvoice(fresh.ledger, connection, number);
  };
  const putAside = (number: string) => fresh.ledger.sql`
    update documents set status = 'skipped', reason = 'skipped_by'
    where connection_id = ${connection.id} and external_id = ${number}`;
  const waiting = async () => {
    const rows = await fresh.ledger.sql<{ status: string; reason: string | null }[]>`
      select status, reason from documents
      where connection_id = ${connection.id} and status <> 'skipped' order by id`;
    return rows.map(({ status, reason }) => `${status} ${reason}`);
  };

  it('is asked about where a pause ends, by those alone that go then', async () => {
    expect(await asked('POST', '/pause')).toEqual([200, undefined]);
    await readAnew();
    await state('INV-1', 'INV-2');
    expect(await asked('POST', '/resume')).toEqual([200, undefined]);
    // The two go on from here, and would again.
    expect(await asked('POST', '/pause')).toEqual([200, undefined]);
    await readAnew();
    await state('INV-3');
    expect(await asked('POST', '/resume')).toEqual(NEEDED);
    await readAnew();
    expect(connection.status).toBe('paused');

    await set({ finalization: true });
    expect(connection.status).toBe('awaiting_finalization');
    // Behind the next gate nothing goes.
    expect(await asked('POST', '/resume')).toEqual([200, undefined]);
  });

  it('is asked about where a hold ends, or ends sooner, or begins later', async () => {
    const in_ = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString();
    const hold = (window: object) => asked('PUT', '/hold', window);
    expect(await hold({ to: in_(2) })).toEqual([200, undefined]);
    await readAnew();
    await state('INV-1', 'INV-2', 'INV-3');
    expect(await waiting()).toEqual(Array(3).fill('waiting held'));
    expect(await asked('DELETE', '/hold')).toEqual(NEEDED);
    expect(await hold({ to: in_(1) })).toEqual(NEEDED);
    expect(await hold({ from: in_(1), to: in_(3) })).toEqual(NEEDED);
    expect(await waiting()).toEqual(Array(3).fill('waiting held'));
    expect(await hold({ to: in_(3) })).toEqual([200, undefined]);

    await putAside('INV-3');
    expect(await asked('DELETE', '/hold')).toEqual([200, undefined]);
    expect(await waiting()).toEqual(Array(2).fill('queued null'));
  });

  it('is asked about where support finalizes or unlocks', async () => {
    const { sql } = fresh.ledger;
    await sql`
      update companies set lists_read_at = now() where id = ${connection.companyId}`;
    await set({ finalization: true });
    await state('INV-1', 'INV-2', 'INV-3');
    expect(await waiting()).toEqual(Array(3).fill('waiting not_finalized'));
    expect(await asked('POST', '/finalize')).toEqual(NEEDED);
    expect(await waiting()).toEqual(Array(3).fill('waiting not_finalized'));

    await sql`update connections set attributes = '{"trial": "yes"}' where id = ${connection.id}`;
    await set({ finalization: false, lock: 'trial' });
    expect(connection.status).toBe('locked');
    expect(await asked('POST', '/unlock')).toEqual(NEEDED);
    await putAside('INV-3');
    expect(await asked('POST', '/unlock')).toEqual([200, undefined]);
    expect(await waiting()).toEqual(Array(2).fill('queued null'));
  });

  it('is asked about where other settings are saved, by those alone that go then', async () => {
    await set({ start: 'click' });
    await state('INV-1', 'INV-2', 'INV-3');
    expect(await waiting()).toEqual(Array(3).fill('not_ready waits_for_click'));
    const save = (change: object) => asked('PATCH', '/settings', change);
    expect(await save({ start: 'automatic' })).toEqual(NEEDED);
    expect(await save({ start: 'sometimes' })).toEqual([422, expect.any(String)]);
    expect(await save({ onceOnly: true })).toEqual([200, undefined]);
    expect(await waiting()).toEqual(Array(3).fill('not_ready waits_for_click'));

    await putAside('INV-3');
    expect(await save({ start: 'automatic' })).toEqual([200, undefined]);
    expect(await waiting()).toEqual(Array(2).fill('queued null'));
  });

  it('is done at once for who has just logged in', async () => {
    await set({ start: 'click' });
    await state('INV-1', 'INV-2', 'INV-3');
    call = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'support'));
    expect(await asked('PATCH', '/settings', { start: 'automatic' })).toEqual([200, undefined]);
    expect(await waiting()).toEqual(Array(3).fill('queued null'));
  });
});
