import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Delivery,
  type SubscriptionOptions,
  startSimulator,
} from '../../src/simulator/index.js';
import { answered, connect, startCompany, type TestCompany } from './support/company.js';
import { eventsOf, type Receiver, startReceiver } from './support/receiver.js';

const APP = 'test-app';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let company: TestCompany;
let receiver: Receiver;
let names = 0;

/** Time stands: what is to be delivered waits until a test says so. */
beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ stopped: true });
  receiver = await startReceiver();
});

afterEach(async () => {
  await company.close();
  await receiver.close();
});

const webhooks = () => company.simulator.control.webhooks;
const subscribe = (options: Partial<SubscriptionOptions> = {}) =>
  webhooks().subscribe({ clientId: APP, url: receiver.url, ...options });
const advance = (advanceMs: number) => company.simulator.control.setClock({ advanceMs });
const nowMs = () => company.simulator.control.clock().nowMs;

/** A change that the app hears of. */
async function change(on = company): Promise<string> {
  names += 1;
  const body = { DisplayName: `Heron ${names}` };
  return String(answered(await on.post('vendor', body), 'Vendor')['Id']);
}

/** The next attempt that is made. */
function nextAttempt(): Promise<Delivery> {
  return new Promise((resolve) => {
    const stop = webhooks().onAttempt((delivery) => {
      stop();
      resolve(delivery);
    });
  });
}

/** How long from now until it is tried again. */
const waitMs = ({ nextAttempt }: Delivery) => Date.parse(nextAttempt ?? '') - nowMs();
const idsTold = () => eventsOf(receiver.received).map(({ intuitentityid }) => intuitentityid);

describe('a delivery that is not acknowledged', () => {
  it('is tried again after 10 s, 20 s, 30 s, 5 min, 20 min, 2 h, 4 h, 6 h, then every 6 h', async () => {
    subscribe();
    receiver.answer(...Array(10).fill(500));
    await change();
    const first = nextAttempt();
    advance(SECOND);
    const waits = [waitMs(await first)];
    while (waits.length < 10) {
      const next = nextAttempt();
      advance(waits.at(-1) ?? 0);
      waits.push(waitMs(await next));
    }
    const asDocumented = [10 * SECOND, 20 * SECOND, 30 * SECOND, 5 * MINUTE, 20 * MINUTE];
    expect(waits).toEqual([...asDocumented, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]);
    const last = nextAttempt();
    advance(6 * HOUR);
    expect(await last).toMatchObject({ delivered: true, nextAttempt: null });
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    expect(
      webhooks()
        .deliveries()[0]
        ?.attempts.map(({ status }) => status),
    ).toEqual([...Array(10).fill(500), 200]);
  });

  it('is not tried before its time', async () => {
    subscribe();
    receiver.answer(500);
    await change();
    await webhooks().deliver();
    advance(10 * SECOND - 1);
    // A second app's delivery goes all the way meanwhile.
    const second = await startReceiver();
    webhooks().subscribe({ clientId: 'second', url: second.url, delayMs: 0 });
    const told = nextAttempt();
    await change(connect(company.simulator, company.realmId, 'second'));
    expect((await told).clientId).toBe('second');
    expect(receiver.received).toHaveLength(1);
    const again = nextAttempt();
    advance(1);
    expect((await again).clientId).toBe(APP);
    await second.close();
  });

  it.each([201, 204, 302, 401, 503])('is one that was answered with %i', async (status) => {
    subscribe();
    receiver.answer(status === 302 ? { redirect: receiver.url } : status);
    await change();
    const [delivery] = await webhooks().deliver();
    expect(delivery).toMatchObject({ delivered: false, attempts: [{ status, error: null }] });
    expect(receiver.received).toHaveLength(1);
  });

  it('is one that was not answered in time, or not heard at all', async () => {
    expect(subscribe().timeoutMs).toBe(3_000);
    subscribe({ timeoutMs: 40 });
    receiver.answer('silence');
    await change();
    expect(await webhooks().deliver()).toMatchObject([
      { attempts: [{ status: null, error: 'no answer in 40 ms' }] },
    ]);
    subscribe({ url: 'http://127.0.0.1:9/' });
    expect(await webhooks().deliver()).toMatchObject([
      { attempts: [{}, { status: null, error: expect.stringContaining('ECONNREFUSED') }] },
    ]);
  });

  it('holds up all that came after it, and lets them go in their order', async () => {
    subscribe();
    receiver.answer(500, 500);
    const ids = [await change()];
    await webhooks().deliver();
    ids.push(await change());
    advance(SECOND);
    ids.push(await change());
    await webhooks().deliver();
    expect(idsTold()).toEqual([ids[0], ids[0]]);
    await webhooks().deliver();
    expect(idsTold()).toEqual([ids[0], ids[0], ...ids]);
    await webhooks().idle();
    expect(
      webhooks()
        .deliveries()
        .every(({ delivered }) => delivered),
    ).toBe(true);
  });

  it('does not hold up another app', async () => {
    const second = await startReceiver();
    subscribe();
    webhooks().subscribe({ clientId: 'second', url: second.url });
    connect(company.simulator, company.realmId, 'second');
    receiver.answer(500);
    await change();
    await webhooks().deliver();
    expect(second.received).toHaveLength(1);
    await second.close();
  });

  it('goes to the new address when that is changed', async () => {
    subscribe({ url: 'http://127.0.0.1:9/', verifierToken: 'kept' });
    const id = await change();
    await webhooks().deliver();
    expect(subscribe().verifierToken).toBe('kept');
    await webhooks().deliver();
    expect(idsTold()).toEqual([id]);
  });
});

describe('changes', () => {
  it('gather for a while and leave together', async () => {
    expect(subscribe().delayMs).toBe(1_000);
    const ids = [await change()];
    advance(400);
    ids.push(await change());
    const attempt = nextAttempt();
    advance(600);
    expect((await attempt).events).toBe(2);
    expect(idsTold()).toEqual(ids);
    await change();
    expect(webhooks().deliveries()).toHaveLength(1);
  });

  it('leave at most 100 together', async () => {
    subscribe();
    for (let count = 0; count < 101; count += 1) await change();
    expect((await webhooks().deliver()).map(({ events }) => events)).toEqual([100, 1]);
  });

  it('that follow each other on one object become one event, other kinds do not', async () => {
    subscribe();
    const id = await change();
    const edit = (SyncToken: string) =>
      company.post('vendor', { Id: id, SyncToken, sparse: true, Notes: `as of ${SyncToken}` });
    for (const token of ['0', '1', '2']) {
      advance(1);
      await edit(token);
    }
    const time = company.simulator.control.clock().now.slice(0, -1);
    await webhooks().deliver();
    expect(eventsOf(receiver.received)).toMatchObject([
      { type: 'qbo.vendor.created.v1' },
      { type: 'qbo.vendor.updated.v1', time: expect.stringContaining(time) },
    ]);
  });

  it('are delivered by themselves as time goes on, also when the clock is set on its way', async () => {
    company.simulator.control.setClock({ stopped: false });
    subscribe({ delayMs: 0 });
    receiver.answer(500);
    const attempt = nextAttempt();
    const first = await change();
    await attempt;
    const retried = nextAttempt();
    advance(10 * SECOND);
    expect((await retried).delivered).toBe(true);
    expect(idsTold()).toEqual([first, first]);
    await webhooks().idle();
  });

  it('are delivered when a clock that is followed has jumped', async () => {
    let time = Date.parse('2026-12-01T00:00:00Z');
    const followed = await startCompany({}, { clock: () => time });
    followed.simulator.control.webhooks.subscribe({
      clientId: APP,
      url: receiver.url,
      delayMs: HOUR,
    });
    await change(followed);
    time += HOUR;
    await followed.simulator.control.webhooks.idle();
    expect(receiver.received).toHaveLength(1);
    await followed.close();
  });
});

describe('on order', () => {
  it('a delivery is made twice, with the same events', async () => {
    subscribe({ duplicate: 1 });
    const id = await change();
    const [first, second] = await webhooks().deliver();
    expect(second?.repeats).toBe(first?.id);
    expect(idsTold()).toEqual([id, id]);
    const [one, two] = receiver.received;
    expect(two?.text).toBe(one?.text);
    expect(two?.headers['intuit-t-id']).not.toBe(one?.headers['intuit-t-id']);
  });

  it('events come in another order, some of them late, none twice and none never', async () => {
    subscribe({ shuffle: true, delayMs: SECOND });
    const ids: string[] = [];
    for (let count = 0; count < 40; count += 1) ids.push(await change());
    const attempt = nextAttempt();
    advance(SECOND);
    expect((await attempt).events).toBeLessThan(40);
    advance(SECOND);
    await webhooks().idle();
    expect(receiver.received).toHaveLength(2);
    expect(idsTold()).not.toEqual(ids);
    expect([...idsTold()].sort()).toEqual([...ids].sort());
  });
});

describe('over HTTP', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${company.simulator.url}/control/${path}`, init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };

  it('webhooks are set, shown, delivered and ended', async () => {
    const set = await control('PUT', 'webhooks', { clientId: APP, url: receiver.url });
    expect(set.body).toMatchObject({ clientId: APP, format: 'cloudevents', shuffle: false });
    expect((await control('GET', 'webhooks')).body).toEqual([set.body]);
    await change();
    const { body } = await control('POST', 'webhooks/deliver');
    expect(body).toMatchObject([{ delivered: true, attempts: [{ status: 200 }], events: 1 }]);
    expect((await control('GET', 'webhooks/deliveries')).body).toEqual(body);
    const sent = await control('POST', 'webhooks/send', { clientId: APP, body: '{' });
    expect(sent.body).toEqual({ status: 200, error: null });
    expect((await control('DELETE', `webhooks/${APP}`)).body).toEqual({ removed: 1 });
    expect((await control('DELETE', 'webhooks')).body).toEqual({ removed: 0 });
  });

  it.each([
    ['PUT', 'webhooks', { url: 'nowhere' }],
    ['PUT', 'webhooks', { url: 'http://127.0.0.1:9/', entities: ['TaxCode'] }],
    ['PUT', 'webhooks', { url: 'http://127.0.0.1:9/', format: 'carrier pigeon' }],
    ['POST', 'webhooks/send', { body: {} }],
  ])('%s %s %j is refused', async (method, path, body) => {
    expect(await control(method, path, body)).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
  });
});

it('a simulator that is closed delivers nothing more', async () => {
  const simulator = await startSimulator();
  const { realmId } = simulator.control.createCompany();
  connect(simulator, realmId, APP);
  simulator.control.webhooks.subscribe({ clientId: APP, url: receiver.url });
  const waiting = { do: 'create' as const, entity: 'Vendor', object: { DisplayName: 'Heron' } };
  simulator.control.act(realmId, waiting);
  const idle = simulator.control.webhooks.idle();
  await simulator.close();
  await idle;
  expect(receiver.received).toEqual([]);
});
