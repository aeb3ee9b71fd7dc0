import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aWeb, type WebUnderTest } from '../support/web.js';
import {
  aCloudEvent,
  aLegacyDelivery,
  postWebhook,
  signatureOf,
  VERIFIER_TOKEN,
} from '../support/webhooks.js';

const NEXT_TOKEN = 'canary-verifier-token-2';
const ONE = '4620816365000000001';
const OTHER = '4620816365000000002';
const NOBODY = '4620816365000000009';

interface Kept {
  companyId: string | null;
  entity: string;
  action: string;
  entityId: string;
  otherId: string | null;
  occurredAt: Date;
  state: string;
}

describe('webhooks of Intuit', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let one: string;
  let other: string;

  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { verifierTokens: [VERIFIER_TOKEN, NEXT_TOKEN] });
    const { app } = await anApp(fresh.ledger);
    one = (await aConnected(fresh.ledger, app.id, ONE)).companyId;
    other = (await aConnected(fresh.ledger, app.id, OTHER)).companyId;
  });
  beforeEach(async () => {
    running.events.length = 0;
    await fresh.ledger.sql`delete from inbound_webhooks`;
  });
  afterAll(async () => {
    await running?.close();
    await fresh?.close();
  });

  const post = (body: unknown, o?: Parameters<typeof postWebhook>[2]) =>
    postWebhook(running.web, body, o);
  const kept = () => fresh.ledger.sql<Kept[]>`select * from inbound_webhooks order by id`;
  /** What the last delivery's entries came to. */
  const results = () => {
    const received = running.events.filter(({ event }) => event === 'webhooks_received').at(-1);
    return received?.event === 'webhooks_received' ? received.results : undefined;
  };

  describe('signature', () => {
    const refused = async (answer: Awaited<ReturnType<typeof post>>) => {
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual({
        type: 'urn:qbo-sync:problem:unauthorized',
        title: 'Not authorized',
        status: 401,
        requestId: expect.any(String),
      });
      expect(await kept()).toEqual([]);
    };

    it('is wanted', async () => {
      await refused(await post([aCloudEvent()], { signature: null }));
      await refused(await post([aCloudEvent()], { signature: '' }));
      await refused(await post([aCloudEvent()], { signature: 'AAAA' }));
    });

    it('is over every bit of the body', async () => {
      const body = Buffer.from(JSON.stringify([aCloudEvent()]));
      const signature = signatureOf(body);
      for (let at = 0; at < body.length; at += 17) {
        const flipped = Buffer.from(body);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        await refused(await post(flipped, { signature }));
      }
      expect((await post(body, { signature })).statusCode).toBe(200);
    });

    it('is over the bytes and not over what they say', async () => {
      const spaced = JSON.stringify([aCloudEvent()], null, 1);
      const signature = signatureOf(spaced);
      await refused(await post(JSON.stringify(JSON.parse(spaced)), { signature }));
    });

    it('is by a token of ours', async () => {
      await refused(await post([aCloudEvent()], { token: 'somebody else’s' }));
      const [event] = [aCloudEvent()];
      const signature = signatureOf(JSON.stringify([event]));
      await refused(await post([event], { signature: ` ${signature}` }));
      await refused(await post([event], { signature: signature.toLowerCase() }));
    });

    it('may be by the next token while one replaces the other', async () => {
      expect((await post([aCloudEvent()])).statusCode).toBe(200);
      expect((await post([aCloudEvent()], { token: NEXT_TOKEN })).statusCode).toBe(200);
    });

    it('is looked at before anything else: what is not JSON is refused for it', async () => {
      await refused(await post('{"', { signature: 'AAAA' }));
    });

    it('of nobody is taken where no token is set', async () => {
      const open = await aWeb(fresh.ledger);
      for (const token of ['', VERIFIER_TOKEN]) {
        await refused(await postWebhook(open.web, [aCloudEvent()], { token }));
      }
      await open.close();
    });
  });

  it('keeps what can be kept beside what cannot, so that nothing is sent for ever', async () => {
    const broken: Record<string, unknown>[] = [
      { id: 'a\u0000b' },
      { type: 'qbo.invoice\u0000.updated.v1' },
      { intuitentityid: '12\u000034' },
      { intuitentityid: '12\ud80034' },
    ];
    const answer = await post([...broken.map(aCloudEvent), aCloudEvent()]);
    expect(answer.statusCode).toBe(200);
    expect(await kept()).toHaveLength(1);
    const merged = aCloudEvent({ data: { deletedid: '9\u0000' }, intuitentityid: '77' });
    expect((await post([merged])).statusCode).toBe(200);
    for (const time of ['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z']) {
      expect((await post([aCloudEvent({ time, intuitentityid: time })])).statusCode).toBe(200);
    }
    const entities = [
      { id: '5\u0000', operation: 'Update', name: 'Invoice', lastUpdated: '2026-11-22T09:00:00Z' },
      { id: '6', operation: 'Update', name: 'Invoice', lastUpdated: '2026-11-22T09:00:00Z' },
    ];
    expect((await post(aLegacyDelivery(ONE, entities))).statusCode).toBe(200);
    expect(await kept()).toHaveLength(5);
  });

  it('refuses what is signed and no JSON, and what is too large', async () => {
    expect((await post('[{"id":')).statusCode).toBe(400);
    expect((await post(`${'['.repeat(50)}${']'.repeat(50)}`)).statusCode).toBe(400);
    expect((await post('')).statusCode).toBe(400);
    const large = JSON.stringify([aCloudEvent({ data: { more: 'x'.repeat(1_048_576) } })]);
    expect((await post(large)).statusCode).toBe(413);
    expect((await post('<a/>', { contentType: 'application/xml' })).statusCode).toBe(415);
    expect(await kept()).toEqual([]);
  });

  it('takes the content type of CloudEvents, and one event without its list', async () => {
    const contentType = 'application/cloudevents+json; charset=utf-8';
    expect((await post([aCloudEvent()], { contentType })).statusCode).toBe(200);
    expect((await post(aCloudEvent({ intuitentityid: '77' }), { contentType })).statusCode).toBe(
      200,
    );
    expect(await kept()).toHaveLength(2);
  });

  it('keeps each change for its own company, several of them in one delivery', async () => {
    const answer = await post([
      aCloudEvent({ intuitentityid: '1' }),
      aCloudEvent({ intuitentityid: '2', intuitaccountid: OTHER, type: 'qbo.customer.created.v1' }),
      aCloudEvent({ intuitentityid: '3' }),
    ]);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    const rows = await kept();
    expect(
      rows
        .map(({ companyId, entity, action, entityId }) => [companyId, entity, action, entityId])
        .sort(),
    ).toEqual(
      [
        [one, 'invoice', 'updated', '1'],
        [one, 'invoice', 'updated', '3'],
        [other, 'customer', 'created', '2'],
      ].sort(),
    );
    expect(rows.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(rows[0]?.occurredAt).toEqual(new Date('2026-11-22T08:59:58.179Z'));
    expect(results()).toEqual({ accepted: 3 });
  });

  it('reads the form before CloudEvents', async () => {
    const lastUpdated = '2026-11-22T08:59:00.000Z';
    const entities = ['Create', 'Update', 'Delete', 'Void', 'Emailed', 'Merge'].map(
      (operation, index) => ({
        id: String(index),
        operation,
        name: operation === 'Merge' ? 'Customer' : 'Invoice',
        lastUpdated,
        ...(operation === 'Merge' ? { deletedId: '99' } : {}),
      }),
    );
    expect((await post(aLegacyDelivery(ONE, entities))).statusCode).toBe(200);
    const rows = await kept();
    expect(rows.map(({ entity, action, otherId }) => [entity, action, otherId]).sort()).toEqual(
      [
        ['customer', 'merged', '99'],
        ...['created', 'updated', 'deleted', 'voided', 'emailed'].map((action) => [
          'invoice',
          action,
          null,
        ]),
      ].sort(),
    );
    expect(new Set(rows.map(({ companyId }) => companyId))).toEqual(new Set([one]));
  });

  it('keeps a change once, however often it comes and in whatever order', async () => {
    const events = Array.from({ length: 20 }, (_, index) =>
      aCloudEvent({ intuitentityid: String(index % 5), time: `2026-11-22T08:00:${10 + index}Z` }),
    );
    expect((await post([...events].reverse())).statusCode).toBe(200);
    await Promise.all([post(events), post(events), post([...events, ...events])]);
    expect(await kept()).toHaveLength(20);
    // The same change under another event id, and in the other form.
    const again = events.map((event) => ({ ...event, id: `${event.id}-again` }));
    await post(again);
    expect(results()).toEqual({ duplicate: 20 });
    const entities = events.map(({ intuitentityid: id, time }) => ({
      id,
      operation: 'Update',
      name: 'Invoice',
      lastUpdated: time,
    }));
    await post(aLegacyDelivery(ONE, entities));
    expect(results()).toEqual({ duplicate: 20 });
    expect(await kept()).toHaveLength(20);
  });

  it('keeps and counts what is about nobody’s company, or of a kind nobody knows or follows', async () => {
    const answer = await post([
      aCloudEvent({ intuitaccountid: NOBODY }),
      aCloudEvent({ type: 'qbo.spaceship.created.v1', intuitentityid: '2' }),
      aCloudEvent({ type: 'payroll.run.v2', intuitentityid: '3' }),
      aCloudEvent({ type: 'qbo.employee.updated.v1', intuitentityid: '4' }),
      // Whatever was done to it, an invoice is read.
      aCloudEvent({ type: 'qbo.invoice.factored.v1', intuitentityid: '5' }),
      { hello: 1 },
      7,
    ]);
    expect(answer.statusCode).toBe(200);
    expect(results()).toEqual({
      unknown_company: 1,
      unknown_type: 3,
      not_followed: 1,
      unreadable: 2,
    });
    const rows = await kept();
    expect(rows.map(({ entityId, state }) => [entityId, state]).sort()).toEqual([
      ['1234', 'unknown_company'],
      ['2', 'unknown_type'],
      ['3', 'unknown_type'],
      ['4', 'not_followed'],
      ['5', 'waiting'],
    ]);
    expect(rows.find(({ entityId }) => entityId === '1234')?.companyId).toBeNull();
  });

  it('answers 200 to JSON of any other shape, so that nothing is held back behind it', async () => {
    for (const body of ['{}', '[]', 'null', '7', '{"eventNotifications":[]}', '[[]]']) {
      expect([body, (await post(body)).statusCode]).toEqual([body, 200]);
    }
    expect(await kept()).toEqual([]);
  });

  it('says how late the oldest new change was', async () => {
    await post([
      aCloudEvent({ time: '2026-11-22T03:00:00Z' }),
      aCloudEvent({ intuitentityid: '2', time: '2026-11-22T08:59:59Z' }),
    ]);
    expect(running.events).toContainEqual(
      expect.objectContaining({ event: 'webhooks_received', lagMs: 6 * 3_600_000 }),
    );
  });

  it('notes that webhooks of a company arrive, once an hour', async () => {
    const { sql } = fresh.ledger;
    const proven = async () => {
      const [row] = await sql<{ webhookAt: Date | null }[]>`
        select webhook_at from companies where id = ${one}`;
      return row?.webhookAt;
    };
    await sql`update companies set webhook_at = null`;
    await post([aCloudEvent({ intuitentityid: '1' })]);
    expect(await proven()).toEqual(now);
    const first = now;
    now = new Date(now.getTime() + 1_800_000);
    await post([aCloudEvent({ intuitentityid: '2' })]);
    expect(await proven()).toEqual(first);
    now = new Date(now.getTime() + 1_800_001);
    await post([aCloudEvent({ intuitentityid: '3' })]);
    expect(await proven()).toEqual(now);
  });

  it('waits for nobody who holds the company’s row', async () => {
    const holder = await fresh.ledger.sql.reserve();
    try {
      await holder`begin`;
      await holder`select 1 from companies for update`;
      await holder`update companies set webhook_at = null`;
      expect((await post([aCloudEvent()])).statusCode).toBe(200);
    } finally {
      await holder`rollback`;
      holder.release();
    }
  });

  it('keeps no realm id and no content in clear, in rows as in what is logged', async () => {
    await post([
      aCloudEvent({ data: { DisplayName: 'canary-customer' } }),
      aCloudEvent({ intuitaccountid: NOBODY }),
    ]);
    const [row] = await fresh.ledger.sql<{ text: string }[]>`
      select string_agg(w::text, ' ') as text from inbound_webhooks w`;
    const seen = `${row?.text} ${JSON.stringify(running.events)}`;
    for (const canary of [ONE, NOBODY, 'canary']) expect(seen).not.toContain(canary);
  });

  it('answers 503 while the database is away', async () => {
    const away = await freshLedger({ clock: () => now });
    const web = await aWeb(away.ledger, { verifierTokens: [VERIFIER_TOKEN] });
    await away.close();
    const answer = await postWebhook(web.web, [aCloudEvent()]);
    expect(answer.statusCode).toBe(503);
    expect(web.events).toContainEqual(
      expect.objectContaining({ event: 'webhooks_refused', why: 'unavailable' }),
    );
    await web.close();
  });

  it('has a limit of its own', async () => {
    const limits = { requestsPerMinute: 2, webhooksPerMinute: 5 };
    const web = await aWeb(fresh.ledger, { verifierTokens: [VERIFIER_TOKEN], limits });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      statuses.push((await postWebhook(web.web, [aCloudEvent()])).statusCode);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    await web.close();
  });
});
