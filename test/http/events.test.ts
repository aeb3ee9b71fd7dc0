import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QboSyncClient } from '../../src/client/index.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { appendEvents } from '../../src/ledger/events/events.js';
import { readFeedToEnd } from '../support/feed.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

describe('the feed of events', () => {
  let journey: Journey;
  let company: SalesCompany;
  let appId: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
    const [row] = await journey.house.ledger.sql<{ appId: string }[]>`
      select app_id from connections where id = ${company.id}`;
    appId = row?.appId ?? '';
  });
  afterAll(() => journey?.close());

  const readToEnd = (from?: string) =>
    readFeedToEnd({ client: journey.client, ledger: journey.house.ledger }, { appId }, from, 7);

  async function anotherApp(): Promise<QboSyncClient> {
    const { ledger } = journey.house;
    const app = await createApp(ledger, { name: 'Another app', returnUrls: [] }, 'test');
    const { key } = await createKey(ledger, { appId: app.id, scopes: ['connections'] }, 'test');
    return new QboSyncClient({ baseUrl: journey.webUrl, apiKey: key });
  }

  const statusChanged = (externalId: string) => ({
    connectionId: company.id,
    appId,
    type: 'document.status_changed' as const,
    kind: 'invoice',
    externalId,
    status: 'waiting',
  });

  it('tells what happened to the app’s connections, page by page, in their order and thin', async () => {
    await company.invoice('F-1');
    await waitForStatus(journey, company.id, 'invoice', 'F-1', 'synced');
    const { events } = await readToEnd();
    const ofIt = events.filter(({ connection }) => connection === company.id);
    expect(ofIt.map(({ number }) => number)).toEqual(ofIt.map((_, index) => index + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(ofIt.at(-1)).toEqual({
      id: `${company.id}.${ofIt.length}`,
      connection: company.id,
      number: ofIt.length,
      type: 'document.status_changed',
      at: expect.any(String),
      document: { kind: 'invoice', externalId: 'F-1', revision: 1 },
      record: null,
      run: null,
      status: 'synced',
      reason: null,
    });
  });

  it('says nothing twice to who goes on where it ended, and keeps the place while nothing is new', async () => {
    const { next } = await readToEnd();
    expect(await journey.client.events({ after: next })).toEqual({ events: [], next });
    await company.invoice('F-2');
    await waitForStatus(journey, company.id, 'invoice', 'F-2', 'synced');
    const { events } = await readToEnd(next);
    expect(new Set(events.map(({ document }) => document?.externalId))).toEqual(new Set(['F-2']));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events.at(-1)).toMatchObject({ status: 'synced' });
  });

  it('waits for news as long as it is asked to', async () => {
    const { next } = await readToEnd();
    const ask = async () => {
      const askedAt = performance.now();
      const page = await journey.client.events({ after: next, wait: 30 });
      if (page.events.length === 0) expect(performance.now() - askedAt).toBeGreaterThan(29_000);
      return page.events;
    };
    const asked = ask();
    await company.invoice('F-3');
    let events = await asked;
    // Other tests' transactions on this server may hold the news back for longer than that.
    for (let times = 1; events.length === 0 && times < 5; times += 1) events = await ask();
    expect(events[0]?.document?.externalId).toBe('F-3');
    await waitForStatus(journey, company.id, 'invoice', 'F-3', 'synced');
  });

  it('shows no event while an older transaction may still write one before it', async () => {
    const { next } = await readToEnd();
    const { sql } = journey.house.ledger;
    const early = await sql.reserve();
    try {
      await early`begin`;
      // It takes its transaction now and writes its event last.
      await early`select pg_current_xact_id()`;
      await sql.begin((tx) => appendEvents(tx, [statusChanged('LATE-1')]));
      expect((await journey.client.events({ after: next })).events).toEqual([]);
      await appendEvents(early as never, [statusChanged('LATE-2')]);
      await early`commit`;
    } finally {
      early.release();
    }
    const { events } = await readToEnd(next);
    expect(events.map(({ document }) => document?.externalId)).toEqual(['LATE-1', 'LATE-2']);
    const numbers = events.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('shows an app its own connections alone, and one of them where that is asked for', async () => {
    const other = await salesCompany(journey);
    const all = (await readToEnd()).events;
    expect(new Set(all.map(({ connection }) => connection))).toEqual(
      new Set([company.id, other.id]),
    );
    const one = await journey.client.events({ connection: other.id });
    expect(new Set(one.events.map(({ connection }) => connection))).toEqual(new Set([other.id]));
    const stranger = await anotherApp();
    expect((await stranger.events()).events).toEqual([]);
    expect((await stranger.events({ connection: other.id })).events).toEqual([]);
  });

  it('goes on after the database was restored from a dump, which counts transactions anew', async () => {
    const { sql } = journey.house.ledger;
    await sql`update events set "transaction" = 9000000000000`;
    await sql`update event_counters set "transaction" = 9000000000000`;
    expect((await journey.client.events()).events).toEqual([]);
    await migrateLedger(journey.config.databaseUrl);
    const before = await readToEnd();
    expect(before.events.length).toBeGreaterThan(0);
    await company.invoice('F-RESTORED');
    await waitForStatus(journey, company.id, 'invoice', 'F-RESTORED', 'synced');
    const { events } = await readToEnd(before.next);
    const told = new Set(events.map(({ document }) => document?.externalId));
    expect(told).toEqual(new Set(['F-RESTORED']));
  });

  it.each(['nonsense', '99999999999999.00000000-0000-0000-0000-000000000000.1'])(
    'answers 410 for a place it does not have: %s',
    async (after) => {
      await expect(journey.client.events({ after })).rejects.toMatchObject({
        status: 410,
        problem: { type: 'urn:qbo-sync:problem:unknown_position' },
      });
    },
  );
});
