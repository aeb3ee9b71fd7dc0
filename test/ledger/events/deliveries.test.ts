import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEndpointAnswer } from '../../../src/contract/endpoint.js';
import { deliverEvents } from '../../../src/deliver/deliver-events.js';
import type { PostOutcome } from '../../../src/deliver/post.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { wakeableDeliveries } from '../../../src/ledger/events/deliveries.js';
import {
  changeEndpoint,
  createEndpoint,
  listEndpoints,
} from '../../../src/ledger/events/endpoints.js';
import { appendEvent } from '../../../src/ledger/events/events.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnection, anApp } from '../../support/tenancy.js';

describe('events on their way to an endpoint', () => {
  let fresh: FreshLedger;
  let connection: Connection;
  let appId: string;
  let made: NewEndpointAnswer;

  beforeAll(async () => {
    fresh = await freshLedger();
    appId = (await anApp(fresh.ledger)).app.id;
    connection = await aConnection(fresh.ledger, appId);
  });
  afterAll(() => fresh?.close());
  beforeEach(async () => {
    const { sql } = fresh.ledger;
    await sql`delete from delivery_log`;
    await sql`delete from deliveries`;
    await sql`delete from endpoints`;
    const url = 'https://hooks.example/before';
    made = await createEndpoint(fresh.ledger, { appId, url, types: null }, 'test');
    await happens();
  });

  const happens = () =>
    fresh.ledger.sql.begin((tx) =>
      appendEvent(tx, { connectionId: connection.id, type: 'connection.changed' }),
    );
  const wakeable = () => wakeableDeliveries(fresh.ledger, 10);
  const known = async () => (await listEndpoints(fresh.ledger, appId, made.id))[0];
  const change = (to: Parameters<typeof changeEndpoint>[2]) =>
    changeEndpoint(fresh.ledger, { appId, endpointId: made.id }, to, 'test');
  /** Tells what is due; `post` is the network, and what happens while it is waited for. */
  async function deliver(post: (url: string) => Promise<PostOutcome>): Promise<void> {
    const tools = {
      ledger: fresh.ledger,
      poster: { post, close: async () => undefined },
      retry: { delaysMs: [3_600_000], random: () => 0 },
      leaseMs: 30_000,
      eventsAtOnce: 10,
      log: () => undefined,
    };
    for (const { id } of await wakeable()) {
      await deliverEvents(tools, id, new AbortController().signal);
    }
  }
  const answered = (status: number): PostOutcome => ({
    kind: 'answered',
    status,
    retryAfterMs: null,
  });

  it.each([
    ['put off', 503],
    ['given up', 410],
  ])('are not %s for an answer of where it was before it moved', async (_what, status) => {
    await deliver(async () => {
      await change({ url: 'https://hooks.example/after', enabled: true });
      return answered(status);
    });
    expect(await known()).toMatchObject({ enabled: true, waiting: 1 });

    const told: string[] = [];
    await deliver(async (url) => {
      told.push(url);
      return answered(200);
    });
    expect(told).toEqual(['https://hooks.example/after']);
    expect(await known()).toMatchObject({ waiting: 0 });
  });

  it('go at once to where it moves, whatever was put off before', async () => {
    await deliver(async () => answered(503));
    expect(await wakeable()).toEqual([]);
    await change({ url: 'https://hooks.example/after' });
    expect(await wakeable()).toHaveLength(1);
  });

  it('that are kept no more are not looked for again and again', async () => {
    await fresh.ledger.sql`delete from events`;
    await deliver(() => Promise.reject(new Error('There is nothing to tell')));
    expect(await wakeable()).toEqual([]);
    expect(await known()).toMatchObject({ waiting: 0 });

    await happens();
    let told = 0;
    await deliver(async () => {
      told += 1;
      return answered(200);
    });
    expect(told).toBe(1);
  });
});
