import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { NewEndpointAnswer } from '../../src/contract/endpoint.js';
import { type Endpoint, startEndpoint } from '../support/endpoint.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// An app has its own server told of what happens: signed, in order, again until it was taken.
describe('events that are delivered', () => {
  let journey: Journey;
  let company: SalesCompany;
  let endpoint: Endpoint;
  let made: NewEndpointAnswer;

  beforeAll(async () => {
    journey = await startJourney({ environment: { DELIVER_TO_PRIVATE: 'true' } });
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());
  afterEach(async () => {
    if (made !== undefined) await journey.client.removeEndpoint(made.id).catch(() => undefined);
    await endpoint?.close();
  });

  async function anEndpoint(types?: Parameters<typeof journey.client.addEndpoint>[0]['types']) {
    endpoint = await startEndpoint();
    made = await journey.client.addEndpoint({
      url: endpoint.url,
      ...(types === undefined ? {} : { types }),
    });
  }

  async function synced(number: string, on: SalesCompany = company) {
    await on.invoice(number);
    await waitForStatus(journey, on.id, 'invoice', number, 'synced');
  }

  const known = async () => {
    const { endpoints } = await journey.client.endpoints();
    return endpoints.find(({ id }) => id === made.id);
  };

  it('are signed, thin, and only those from here on', async () => {
    await synced('BEFORE');
    await anEndpoint();
    await synced('E-1');
    const { body, headers } = await endpoint.told('invoice E-1 synced');
    const event = new Webhook(made.secret).verify(body, headers as Record<string, string>);
    expect(event).toEqual({
      type: 'document.status_changed',
      timestamp: expect.any(String),
      data: {
        id: headers['webhook-id'],
        connection: company.id,
        number: expect.any(Number),
        document: { kind: 'invoice', externalId: 'E-1', revision: 1 },
        record: null,
        run: null,
        status: 'synced',
        reason: null,
      },
    });
    expect(endpoint.messages.map(({ says }) => says)).not.toContain('invoice BEFORE synced');
  });

  it('go again until they are taken, under the same id, and nothing overtakes them', async () => {
    await anEndpoint();
    let failures = 0;
    endpoint.answer(({ says }) => {
      if (!says.includes('O-1') || failures > 0) return 204;
      failures += 1;
      return 500;
    });
    for (const number of ['O-1', 'O-2', 'O-3']) await synced(number);
    await endpoint.told('invoice O-3 synced');
    const ofDocuments = endpoint.messages.filter(({ says }) => says.startsWith('invoice O-'));
    expect(ofDocuments.map(({ says }) => says)).toEqual([
      'invoice O-1 synced',
      'invoice O-1 synced',
      'invoice O-2 synced',
      'invoice O-3 synced',
    ]);
    const [first, again] = ofDocuments.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
    expect(
      (await journey.client.deliveries(made.id)).deliveries.map(({ status }) => status).reverse(),
    ).toEqual(expect.arrayContaining([500, 204]));
  });

  it('of one connection wait for nobody else’s', async () => {
    const other = await salesCompany(journey);
    await anEndpoint();
    endpoint.answer(({ connection }) => (connection === other.id ? 503 : 200));
    await synced('HELD', other);
    await endpoint.told('invoice HELD synced');
    await synced('FREE');
    await endpoint.told('invoice FREE synced');
    expect((await known())?.waiting).toBeGreaterThan(0);
  });

  it('of types that are not wanted are passed over', async () => {
    await anEndpoint(['run.ended']);
    await synced('T-1');
    const run = await journey.client.startRun(company.id, 'refresh_master_data', ['account']);
    await endpoint.told('run.ended');
    expect(endpoint.messages.map(({ says }) => says)).toEqual(['run.ended']);
    expect(JSON.parse(endpoint.messages[0]?.body ?? '').data.run).toBe(run.id);
  });

  it('end where the endpoint says it is gone, and go on where somebody enables it', async () => {
    await anEndpoint();
    endpoint.answer(410);
    await synced('G-1');
    await waitFor(async () => (await known())?.disabledWhy === 'gone', {
      what: 'the endpoint to be disabled',
    });
    const told = endpoint.messages.length;
    endpoint.answer(200);
    await synced('G-2');
    expect(endpoint.messages).toHaveLength(told);
    expect(await known()).toMatchObject({ enabled: false });

    await journey.client.changeEndpoint(made.id, { enabled: true });
    await endpoint.told('invoice G-2 synced');
    const says = endpoint.messages.slice(told).map((message) => message.says);
    expect(says).toEqual(['invoice G-1 synced', 'invoice G-2 synced']);
  });

  it('are given up for an endpoint that has failed for days', async () => {
    await anEndpoint();
    await endpoint.close();
    await synced('D-1');
    const { sql } = journey.house.ledger;
    await sql`update deliveries set failures = 9, not_before = null where endpoint_id = ${made.id}`;
    await waitFor(async () => (await known())?.disabledWhy === 'failing', {
      what: 'the endpoint to be given up',
    });
    const { deliveries } = await journey.client.deliveries(made.id);
    expect(deliveries[0]).toMatchObject({ status: null, cause: 'ECONNREFUSED' });
    const [row] = await sql<{ action: string }[]>`
      select action from audit_log where action = 'endpoint.disabled' order by id desc limit 1`;
    expect(row).toBeDefined();
  });

  it('are signed with both secrets while one takes the place of the other', async () => {
    await anEndpoint();
    const { secret } = await journey.client.changeEndpointSecret(made.id);
    await synced('S-1');
    const { body, headers } = await endpoint.told('invoice S-1 synced');
    for (const one of [secret, made.secret]) {
      expect(() => new Webhook(one).verify(body, headers as Record<string, string>)).not.toThrow();
    }
    await journey.house.ledger.sql`
      update endpoints set former_secret_until = now() where id = ${made.id}`;
    await synced('S-2');
    const later = await endpoint.told('invoice S-2 synced');
    expect(() =>
      new Webhook(made.secret).verify(later.body, later.headers as Record<string, string>),
    ).toThrow();
  });

  it('come once each, however many workers look for them', async () => {
    await anEndpoint();
    const more = [journey.startWorker(), journey.startWorker()];
    const numbers = Array.from({ length: 20 }, (_, index) => `M-${index}`);
    await company.invoicesOf(numbers);
    await Promise.all(numbers.map((number) => endpoint.told(`invoice ${number} synced`)));
    await Promise.all(more.map((worker) => worker.stop()));
    const ofConnection = endpoint.messages.filter(({ connection }) => connection === company.id);
    const told = ofConnection.map(({ number }) => number);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  });

  it('are an app’s own: addresses and secrets are not readable at rest, nor for others', async () => {
    await anEndpoint();
    const [row] = await journey.house.ledger.sql<{ row: string }[]>`
      select encode(url_cipher || secret_cipher, 'escape') as row from endpoints
      where id = ${made.id}`;
    expect(row?.row).not.toContain('127.0.0.1');
    expect(row?.row).not.toContain(made.secret);
    expect(journey.logLines().join('\n')).not.toContain(endpoint.url);
    expect(JSON.stringify(await journey.client.endpoints())).not.toContain(made.secret);
  });
});

describe('an endpoint in a private network', () => {
  it('is refused unless that is switched on', async () => {
    const journey = await startJourney({ idle: true });
    try {
      await expect(
        journey.client.addEndpoint({ url: 'https://10.0.0.1/hooks' }),
      ).rejects.toMatchObject({
        status: 422,
        problem: { errors: [{ field: 'url', rule: 'must not lead into a private network' }] },
      });
    } finally {
      await journey.close();
    }
  });
});
