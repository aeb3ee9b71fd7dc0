import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, Subscription, SubscriptionOptions } from '../../src/simulator/index.js';
import { answered, connect, saleLine, startCompany, type TestCompany } from './support/company.js';
import { eventsOf, type Receiver, signatureOf, startReceiver } from './support/receiver.js';

const APP = 'test-app';

let company: TestCompany;
let receiver: Receiver;

/** Time stands: what is to be delivered waits until a test says so. */
beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-12-01T20:00:00.250Z', stopped: true });
  company = connect(company.simulator, company.realmId, APP);
  receiver = await startReceiver();
});

afterEach(async () => {
  await company.close();
  await receiver.close();
});

const webhooks = () => company.simulator.control.webhooks;
const subscribe = (options: Partial<SubscriptionOptions> = {}): Subscription =>
  webhooks().subscribe({ clientId: APP, url: receiver.url, ...options });
const invoice = { CustomerRef: { value: '4' }, Line: [saleLine('3', 10)] };

async function created(path: string, entity: string, body: JsonObject): Promise<string> {
  return String(answered(await company.post(path, body), entity)['Id']);
}

/** What was told, as entity and action with the id. */
const told = () =>
  eventsOf(receiver.received).map(({ type, intuitentityid }) => `${type} ${intuitentityid}`);

describe('a CloudEvents delivery', () => {
  it('is an array of events with the id, the company and the time to the nanosecond', async () => {
    subscribe();
    const id = await created('vendor', 'Vendor', { DisplayName: 'Heron' });
    await webhooks().deliver();
    expect(receiver.received).toHaveLength(1);
    expect(JSON.parse(receiver.received[0]?.text ?? '')).toEqual([
      {
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
        source: expect.stringMatching(/^intuit\.[A-Za-z0-9+/]{43}=$/),
        type: 'qbo.vendor.created.v1',
        datacontenttype: 'application/json',
        time: expect.stringMatching(/^2026-12-01T20:00:00\.250\d{6}Z$/),
        intuitentityid: id,
        intuitaccountid: company.realmId,
        data: {},
      },
    ]);
  });

  it('is a POST with the signature over its raw body and the headers Intuit sends', async () => {
    const { verifierToken } = subscribe({ verifierToken: 'secret' });
    await created('vendor', 'Vendor', { DisplayName: 'Héron' });
    await webhooks().deliver();
    const [{ method, path, headers, text } = { headers: {}, text: '' }] = receiver.received;
    expect([method, path, verifierToken]).toEqual(['POST', '/hooks', 'secret']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      'intuit-signature': signatureOf(text, 'secret'),
      'intuit-created-time': '2026-12-01T12:00:00-0800',
      'intuit-t-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'intuit-notification-schema-version': '0.1',
      'user-agent': 'intuit_notification_server/0.1',
      accept: 'application/json',
    });
  });

  it('tells of every kind of change', async () => {
    subscribe();
    const { control } = company.simulator;
    const first = await created('invoice', 'Invoice', invoice);
    const second = await created('invoice', 'Invoice', invoice);
    await company.post('invoice', { Id: first, SyncToken: '0', sparse: true, PrivateNote: 'x' });
    await company.post(`invoice/${first}/send?sendTo=a@example.com`, '');
    await company.post('invoice?operation=void', { Id: first, SyncToken: '2' });
    control.act(company.realmId, { do: 'delete', entity: 'Invoice', id: second });
    await webhooks().deliver();
    expect(told()).toEqual([
      `qbo.invoice.created.v1 ${first}`,
      `qbo.invoice.created.v1 ${second}`,
      `qbo.invoice.updated.v1 ${first}`,
      `qbo.invoice.emailed.v1 ${first}`,
      `qbo.invoice.voided.v1 ${first}`,
      `qbo.invoice.deleted.v1 ${second}`,
    ]);
  });

  it('tells of the invoice that a payment changed, and not of the balance it moved', async () => {
    subscribe();
    const id = await created('invoice', 'Invoice', invoice);
    await webhooks().deliver();
    receiver.received.length = 0;
    const payment = await created('payment', 'Payment', {
      CustomerRef: { value: '4' },
      TotalAmt: 10,
      Line: [{ Amount: 10, LinkedTxn: [{ TxnId: id, TxnType: 'Invoice' }] }],
    });
    await webhooks().deliver();
    expect(told().sort()).toEqual([
      `qbo.invoice.updated.v1 ${id}`,
      `qbo.payment.created.v1 ${payment}`,
    ]);
  });

  it('tells of a merge which object is gone', async () => {
    subscribe();
    const from = await created('customer', 'Customer', { DisplayName: 'Egret' });
    await webhooks().deliver();
    const act = { do: 'merge' as const, entity: 'Customer', from, into: '4' };
    company.simulator.control.act(company.realmId, act);
    await webhooks().deliver();
    expect(eventsOf(receiver.received.slice(1))).toMatchObject([
      { type: 'qbo.customer.merged.v1', intuitentityid: '4', data: { deletedid: from } },
    ]);
  });

  it('says nothing of a change that changes nothing, or was refused', async () => {
    subscribe();
    await company.post('customer', { Id: '1', SyncToken: '0', sparse: true });
    await company.post('customer', { Id: '1', SyncToken: '7', sparse: true, Notes: 'x' });
    expect(await webhooks().deliver()).toEqual([]);
  });

  it('mixes the companies of an app', async () => {
    subscribe();
    const other = company.simulator.control.createCompany();
    const elsewhere = connect(company.simulator, other.realmId, APP);
    await company.post('vendor', { DisplayName: 'Heron' });
    await elsewhere.post('vendor', { DisplayName: 'Heron' });
    await webhooks().deliver();
    expect(receiver.received).toHaveLength(1);
    expect(eventsOf(receiver.received).map((event) => event['intuitaccountid'])).toEqual([
      company.realmId,
      other.realmId,
    ]);
  });

  it('looks like the examples of 2026 where that is switched on', async () => {
    company.simulator.control.setBehaviours({ cloudEventStyle: 'examples_2026' });
    subscribe({ contentType: 'application/cloudevents+json' });
    const vendor = await created('vendor', 'Vendor', { DisplayName: 'Heron' });
    await webhooks().deliver();
    const event = eventsOf(receiver.received).at(-1);
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(new RegExp(`^[0-9a-f-]{36}-Vendor-${vendor}$`)),
      source: expect.any(String),
      type: 'qbo.vendor.created.v1',
      time: '2026-12-01T20:00:00Z',
      intuitentityid: vendor,
      intuitaccountid: company.realmId,
    });
    expect(receiver.received[0]?.headers['content-type']).toBe('application/cloudevents+json');
  });
});

describe('a legacy delivery', () => {
  it('has one notification for each company, with the names and words of old', async () => {
    subscribe({ format: 'legacy' });
    const other = company.simulator.control.createCompany();
    const elsewhere = connect(company.simulator, other.realmId, APP);
    const id = await created('term', 'Term', { Name: 'Net 9', DueDays: 9 });
    await elsewhere.post('paymentmethod', { Name: 'Barter' });
    await company.post('term', { Id: id, SyncToken: '0', sparse: true, DueDays: 8 });
    await webhooks().deliver();
    const lastUpdated = '2026-12-01T20:00:00.250Z';
    expect(receiver.received.map(({ text }) => JSON.parse(text))).toEqual([
      {
        eventNotifications: [
          {
            realmId: company.realmId,
            dataChangeEvent: {
              entities: [
                { id, operation: 'Create', name: 'Term', lastUpdated },
                { id, operation: 'Update', name: 'Term', lastUpdated },
              ],
            },
          },
          {
            realmId: other.realmId,
            dataChangeEvent: {
              entities: [
                { id: expect.any(String), operation: 'Create', name: 'PaymentMethod', lastUpdated },
              ],
            },
          },
        ],
      },
    ]);
  });
});

it('a legacy delivery tells of a merge which object is gone', async () => {
  subscribe({ format: 'legacy' });
  const from = await created('customer', 'Customer', { DisplayName: 'Egret' });
  await webhooks().deliver();
  const act = { do: 'merge' as const, entity: 'Customer', from, into: '4' };
  company.simulator.control.act(company.realmId, act);
  await webhooks().deliver();
  const merge = { id: '4', operation: 'Merge', name: 'Customer', deletedId: from };
  expect(JSON.parse(receiver.received[1]?.text ?? '')).toMatchObject({
    eventNotifications: [{ dataChangeEvent: { entities: [merge] } }],
  });
});

describe('an app hears', () => {
  it('of the entities it asked for', async () => {
    expect(subscribe().entities).toHaveLength(29);
    expect(subscribe({ entities: ['vendor'] }).entities).toEqual(['Vendor']);
    await company.post('vendor', { DisplayName: 'Heron' });
    await company.post('customer', { DisplayName: 'Egret' });
    await webhooks().deliver();
    expect(told()).toEqual([expect.stringMatching(/^qbo\.vendor\.created\.v1 /)]);
  });

  it('of companies that are connected to it, and of none after they left', async () => {
    subscribe();
    const { control } = company.simulator;
    const stranger = control.createCompany();
    connect(company.simulator, stranger.realmId, 'other-app');
    const create = (realmId: string, DisplayName: string) =>
      control.act(realmId, { do: 'create', entity: 'Vendor', object: { DisplayName } });
    create(stranger.realmId, 'Heron');
    create(company.realmId, 'Heron');
    await webhooks().deliver();
    expect(eventsOf(receiver.received)).toMatchObject([{ intuitaccountid: company.realmId }]);
    create(company.realmId, 'Egret');
    control.act(company.realmId, { do: 'disconnect' });
    create(company.realmId, 'Stork');
    expect(await webhooks().deliver()).toHaveLength(1);
    expect(receiver.received).toHaveLength(1);
  });

  it('nothing of what was done before it was connected', async () => {
    webhooks().subscribe({ clientId: 'late', url: receiver.url });
    const create = (DisplayName: string) => company.post('vendor', { DisplayName });
    await create('Heron');
    const late = connect(company.simulator, company.realmId, 'late');
    const id = answered(await late.post('vendor', { DisplayName: 'Egret' }), 'Vendor')['Id'];
    await webhooks().deliver();
    expect(told()).toEqual([`qbo.vendor.created.v1 ${String(id)}`]);
  });

  it('on its own endpoint, with its own signature', async () => {
    const second = await startReceiver();
    subscribe({ verifierToken: 'a' });
    webhooks().subscribe({ clientId: 'other-app', url: second.url, verifierToken: 'b' });
    connect(company.simulator, company.realmId, 'other-app');
    await company.post('vendor', { DisplayName: 'Heron' });
    await webhooks().deliver();
    const [mine, theirs] = [receiver.received[0], second.received[0]];
    expect(mine?.headers['intuit-signature']).toBe(signatureOf(mine?.text ?? '', 'a'));
    expect(theirs?.headers['intuit-signature']).toBe(signatureOf(theirs?.text ?? '', 'b'));
    await second.close();
  });

  it('nothing after it ended its webhooks', async () => {
    subscribe();
    await company.post('vendor', { DisplayName: 'Heron' });
    expect(webhooks().unsubscribe(APP)).toBe(1);
    await webhooks().idle();
    expect(webhooks().deliveries()).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it('of any body a test wishes to send, signed or not', async () => {
    const { verifierToken } = subscribe();
    const body = { eventNotifications: [{ realmId: '1' }] };
    expect(await webhooks().send({ clientId: APP, body })).toEqual({ status: 200, error: null });
    receiver.answer(401);
    const forged = { clientId: APP, body: 'no json', signature: 'forged', contentType: 'text/x' };
    expect(await webhooks().send(forged)).toEqual({ status: 401, error: null });
    const [first, second] = receiver.received;
    expect(JSON.parse(first?.text ?? '')).toEqual(body);
    expect(first?.headers['intuit-signature']).toBe(signatureOf(first?.text ?? '', verifierToken));
    expect(second).toMatchObject({
      text: 'no json',
      headers: { 'intuit-signature': 'forged', 'content-type': 'text/x' },
    });
  });
});
