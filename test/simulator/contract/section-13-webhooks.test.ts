/**
 * Webhooks. A: said by Intuit; C: told by others.
 *
 * Held elsewhere: CloudEvents, the signature, other headers, who hears of what, several companies
 * in one delivery, and words of creation, update and merge in the old form in webhooks; the 3
 * seconds, the waits between attempts, what is held up, doubles and disorder in
 * webhook-deliveries.
 */

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { answered, connect, saleLine, startCompany, type TestCompany } from '../support/company.js';
import { eventsOf, type Receiver, startReceiver } from '../support/receiver.js';

let company: TestCompany;
let receiver: Receiver;

beforeEach(async () => {
  company = await startCompany();
  company.simulator.control.setClock({ now: '2026-12-01T20:00:00Z', stopped: true });
  company = connect(company.simulator, company.realmId);
  receiver = await startReceiver();
});

afterEach(async () => {
  await company.close();
  await receiver.close();
});

const webhooks = () => company.simulator.control.webhooks;

async function invoiceLife(): Promise<string> {
  const body = { CustomerRef: { value: '4' }, Line: [saleLine('3', 10)] };
  const { Id } = answered(await company.post('invoice', body), 'Invoice');
  const id = String(Id);
  await company.post(`invoice/${id}/send?sendTo=a@example.com`, '');
  await company.post('invoice?operation=void', { Id, SyncToken: '1' });
  await company.post('invoice?operation=delete', { Id, SyncToken: '2' });
  return id;
}

it('[A WH] the old form says Emailed, Void and Delete', async () => {
  webhooks().subscribe({ clientId: 'test-app', url: receiver.url, format: 'legacy' });
  const id = await invoiceLife();
  await webhooks().deliver();
  const [{ text } = { text: '' }] = receiver.received;
  const entities = ['Create', 'Emailed', 'Void', 'Delete'].map((operation) => ({
    id,
    operation,
    name: 'Invoice',
    lastUpdated: '2026-12-01T20:00:00.000Z',
  }));
  expect(JSON.parse(text).eventNotifications).toEqual([
    { realmId: company.realmId, dataChangeEvent: { entities } },
  ]);
});

it('[A CE] each event has an id of its own, and all of an app one source', async () => {
  webhooks().subscribe({ clientId: 'test-app', url: receiver.url });
  await invoiceLife();
  await webhooks().deliver();
  const events = eventsOf(receiver.received);
  expect(events.map(({ type }) => type)).toEqual([
    'qbo.invoice.created.v1',
    'qbo.invoice.emailed.v1',
    'qbo.invoice.voided.v1',
    'qbo.invoice.deleted.v1',
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  expect(new Set(events.map(({ source }) => source)).size).toBe(1);
});

it('[A WH] an event carries ids and no members of the object', async () => {
  webhooks().subscribe({ clientId: 'test-app', url: receiver.url });
  await company.post('customer', { DisplayName: 'Heron Timber' });
  await webhooks().deliver();
  expect(receiver.received[0]?.text).not.toContain('Heron');
});

it('[C] there are 29 kinds of objects to hear of', () => {
  const { entities } = webhooks().subscribe({ clientId: 'test-app', url: receiver.url });
  const names =
    'account bill billpayment budget class creditmemo currency customer department deposit ' +
    'employee estimate invoice item journalcode journalentry payment paymentmethod preferences ' +
    'purchase purchaseorder refundreceipt salesreceipt taxagency term timeactivity transfer ' +
    'vendor vendorcredit';
  expect(entities.map((entity) => entity.toLowerCase()).sort()).toEqual(names.split(' '));
});

it('[A WH] an app has one endpoint: another takes its place', async () => {
  const second = await startReceiver();
  webhooks().subscribe({ clientId: 'test-app', url: receiver.url });
  webhooks().subscribe({ clientId: 'test-app', url: second.url });
  expect(webhooks().subscriptions()).toHaveLength(1);
  await company.post('customer', { DisplayName: 'Heron Timber' });
  await webhooks().deliver();
  expect([receiver.received.length, second.received.length]).toEqual([0, 1]);
  await second.close();
});
