import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, startJourney } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';

const ITEMS = [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }];
const ANN = {
  Id: '7',
  DisplayName: 'Ann Lee',
  PrimaryEmailAddr: { Address: 'ann@x.example' },
};

// What the app holds for one customer is one in QuickBooks, however its answers get lost and
// however many spellings of it are stated at once.
describe('a customer of the app is one in QuickBooks', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const invoiceOf = (number: string, customer: InvoiceInput['customer']) =>
    anInvoice({ number, status: 'sent', customer });
  const names = ({ quickbooks }: Account) =>
    quickbooks.all('Customer').map(({ DisplayName }) => DisplayName);

  it('also when the answer is lost of the first invoice that named it', async () => {
    const crm = await account(journey, {
      profile: 'crm',
      lists: { Customer: [ANN], Item: ITEMS },
    });
    journey.simulator.control.addFault({
      match: { realm: crm.realmId, entity: 'Invoice', operation: 'create' },
      at: 'after_commit',
      do: 'drop',
      count: 1,
    });
    const ann = { externalId: 'c1', name: 'Ann Lee', email: 'ann@x.example' };
    await crm.state('invoice', 'L-1', invoiceOf('L-1', ann));
    await crm.settled('invoice', 'L-1');
    await crm.state('invoice', 'L-2', invoiceOf('L-2', { ...ann, email: 'ann@new.example' }));
    await crm.settled('invoice', 'L-2');
    expect(names(crm)).toEqual(['Ann Lee']);
  });

  it('where addresses decide, under two names and in two spellings at once', async () => {
    const crm = await account(journey, { profile: 'crm', lists: { Item: ITEMS } });
    await journey.client.stateMany(
      crm.id,
      [
        { name: 'Bob Smith', email: 'bob@x.example' },
        { name: 'Robert Smith', email: 'BOB@x.example' },
      ].map((customer, index) => ({
        kind: 'invoice',
        externalId: `B-${index}`,
        document: invoiceOf(`B-${index}`, customer),
      })),
    );
    await crm.settled('invoice', 'B-0');
    await crm.settled('invoice', 'B-1');
    expect(names(crm)).toHaveLength(1);
  });

  it('under two names at once, by the id the app has for it', async () => {
    const orders = await account(journey, {
      profile: 'export-on-click',
      settings: { start: 'automatic', sendWhen: ['sent'] },
      lists: { Item: ITEMS },
    });
    const spellings = ['Ann Lee', 'Ann B. Lee'].map((name) => ({ externalId: 'c9', name }));
    const documents = spellings.map((customer, index) => ({
      kind: 'invoice' as const,
      externalId: `A-${index}`,
      document: invoiceOf(`A-${index}`, customer),
    }));
    await journey.client.stateMany(orders.id, documents);
    const answers = [
      await orders.settled('invoice', 'A-0'),
      await orders.settled('invoice', 'A-1'),
    ];
    expect(names(orders)).toHaveLength(1);
    expect(answers.flatMap(({ warnings }) => warnings)).toEqual([
      { name: 'created', params: { type: 'customer', name: names(orders)[0] } },
    ]);
    for (const [index, customer] of spellings.entries()) {
      await orders.state('invoice', `A-${index + 2}`, invoiceOf(`A-${index + 2}`, customer));
      await orders.settled('invoice', `A-${index + 2}`);
    }
    expect(names(orders)).toHaveLength(1);
  });

  it('made by its corrected name, where what was stated first came to nothing', async () => {
    const orders = await account(journey, {
      profile: 'export-on-click',
      settings: { start: 'automatic', sendWhen: ['sent'] },
      lists: { Item: ITEMS, Vendor: [{ Id: '12', DisplayName: 'Quick Supplies' }] },
    });
    const stated = (name: string) =>
      orders.state('invoice', 'F-1', invoiceOf('F-1', { externalId: 'c2', name }));
    await stated('Quick Supplies');
    expect(await orders.settled('invoice', 'F-1', 'failed')).toMatchObject({
      reason: 'duplicate_name',
    });
    await stated('Quick Supplies West');
    await orders.settled('invoice', 'F-1');
    expect(names(orders)).toEqual(['Quick Supplies West']);
  });

  it('by ids that cannot be taken for those of customers made on the way', async () => {
    const crm = await account(journey, { profile: 'crm', lists: { Item: ITEMS } });
    const refused = { status: 422 };
    for (const id of ['name:Acme', 'record:7', 'reference:c1']) {
      await expect(crm.state('customer', id, { displayName: 'Zeta' })).rejects.toMatchObject(
        refused,
      );
      const mention = invoiceOf('O-1', { externalId: id, name: 'Acme' });
      await expect(crm.state('invoice', 'O-1', mention)).rejects.toMatchObject(refused);
    }
    const { results } = await journey.client.stateMany(crm.id, [
      { kind: 'customer', externalId: 'name:Acme', document: { displayName: 'Zeta' } },
    ]);
    expect(results).toMatchObject([{ status: 422, errors: [{ field: 'externalId' }] }]);
    await crm.state('invoice', 'name:O-1', invoiceOf('O-1', { name: 'Acme' }));
    await crm.settled('invoice', 'name:O-1');
    expect(names(crm)).toEqual(['Acme']);
  });
});
