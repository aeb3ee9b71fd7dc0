import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
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
});
