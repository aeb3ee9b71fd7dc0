import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aBill, anOrder, purchaseCompany } from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

const accounts = { payable: { name: 'Accounts Payable (A/P)' } };

// A bill is linked to its purchase order where there is one; one that never comes holds no bill.
describe('a bill that names its purchase order', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const unlinked = (why: string) => [
    { name: 'left_out', params: { field: 'the link to purchase order PO-1', why } },
  ];
  const withOrders = () =>
    purchaseCompany(journey, { settings: { accounts, sendWhen: ['approved', 'received'] } });
  const billed = (id: string, status: string) => waitForStatus(journey, id, 'bill', 'B-1', status);

  it('goes unlinked where the connection sends no purchase orders', async () => {
    const company = await purchaseCompany(journey, {
      settings: { accounts, modules: ['bill', 'vendor'] },
    });
    await company.state('purchase_order', 'PO-1', anOrder());
    await company.state('bill', 'B-1', aBill({ number: 'B-1', purchaseOrder: 'PO-1' }));
    await company.state('bill', 'B-2', aBill({ number: 'B-2', purchaseOrder: 'PO-2' }));
    const why = 'this connection does not send purchase orders';
    expect(await billed(company.id, 'synced')).toMatchObject({
      label: 'Synced',
      warnings: [{ name: 'not_linked', params: { to: 'purchase order PO-1', why } }],
    });
    await waitForStatus(journey, company.id, 'bill', 'B-2', 'synced');
    expect(company.quickbooks.commits()).toEqual(['create Bill', 'create Bill']);
  });

  it('goes on by itself where the connection stops sending them', async () => {
    const company = await withOrders();
    await company.state('bill', 'B-1', aBill({ number: 'B-1', purchaseOrder: 'PO-1' }));
    await billed(company.id, 'waiting');
    await journey.client.changeSettings(company.id, { modules: ['bill', 'vendor'] });
    await billed(company.id, 'synced');
  });

  it('waits for a draft, and goes unlinked once that is closed unsent', async () => {
    const company = await withOrders();
    await company.state('purchase_order', 'PO-1', anOrder({ status: 'draft' }));
    await company.state('bill', 'B-1', aBill({ number: 'B-1', purchaseOrder: 'PO-1' }));
    expect(await billed(company.id, 'waiting')).toMatchObject({ reason: 'blocked_by' });
    await company.state('purchase_order', 'PO-1', anOrder({ status: 'draft', memo: 'again' }));
    await waitFor(
      async () => {
        const { history } = await journey.client.document(company.id, 'bill', 'B-1');
        return history.filter(({ what }) => what === 'blocked').length > 1;
      },
      { what: 'the bill to look again' },
    );
    await billed(company.id, 'waiting');
    await company.state('purchase_order', 'PO-1', anOrder({ status: 'closed' }));
    expect(await billed(company.id, 'synced')).toMatchObject({
      warnings: unlinked('that was closed before it was sent'),
    });
  });

  it('goes unlinked where the order was withdrawn', async () => {
    const company = await withOrders();
    await company.state('purchase_order', 'PO-1', anOrder({ status: 'draft' }));
    await company.state('bill', 'B-1', aBill({ number: 'B-1', purchaseOrder: 'PO-1' }));
    await billed(company.id, 'waiting');
    await journey.client.withdraw(company.id, 'purchase_order', 'PO-1');
    expect(await billed(company.id, 'synced')).toMatchObject({
      warnings: unlinked('that was withdrawn'),
    });
  });

  it('goes unlinked where the order was deleted', async () => {
    const company = await withOrders();
    await company.state('purchase_order', 'PO-1', anOrder());
    await waitForStatus(journey, company.id, 'purchase_order', 'PO-1', 'synced');
    await journey.client.withdraw(company.id, 'purchase_order', 'PO-1');
    await waitForStatus(journey, company.id, 'purchase_order', 'PO-1', 'deleted');
    await company.state('bill', 'B-1', aBill({ number: 'B-1', purchaseOrder: 'PO-1' }));
    expect(await billed(company.id, 'synced')).toMatchObject({
      warnings: unlinked('that was deleted'),
    });
  });
});
