import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { nothingIsLeft } from '../support/checker.js';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import {
  aBill,
  anOrder,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';
import { told } from '../support/told.js';

// The same for what is bought: suppliers join their list, and what somebody does to bills and orders in
// QuickBooks is told and never undone.
describe('purchases that somebody touched in QuickBooks', () => {
  let journey: Journey;
  let company: PurchaseCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let externalId: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await purchaseCompany(journey, { settings: { accounts: PAYABLE } });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    externalId = `T-${number}`;
    await pullChanges(journey, company.id);
    await events();
    company.quickbooks.forget();
  });

  const PAYABLE: SettingsInput['accounts'] = { payable: { name: 'Accounts Payable (A/P)' } };
  const act = (what: Parameters<Journey['simulator']['control']['act']>[1]) =>
    journey.simulator.control.act(company.realmId, what);
  const sent = async (kind: 'bill' | 'purchase_order', id = externalId, of = company) => {
    const document = { number: id };
    if (kind === 'bill') await of.state('bill', id, aBill(document));
    else await of.state('purchase_order', id, anOrder(document));
    const answer = await waitForStatus(journey, of.id, kind, id, 'synced');
    return answer.quickbooks?.id ?? '';
  };
  const answer = (kind: 'bill' | 'purchase_order', of = company) =>
    journey.client.document(of.id, kind, externalId);

  it('are no news as we sent them', async () => {
    await sent('bill');
    await sent('purchase_order');
    await pullChanges(journey, company.id);
    expect(await events()).toEqual([]);
    expect(await answer('bill')).toMatchObject({ label: 'Synced' });
    expect(await answer('purchase_order')).toMatchObject({ label: 'Synced' });
  });

  it('show what was changed of a bill', async () => {
    const id = await sent('bill');
    company.quickbooks.edit('Bill', id, { DueDate: '2027-01-15' });
    const [line] = company.quickbooks.one('Bill', id)['Line'] as {
      ItemBasedExpenseLineDetail: object;
    }[];
    company.quickbooks.edit('Bill', id, {
      Line: [
        {
          ...line,
          Amount: 90,
          ItemBasedExpenseLineDetail: { ...line?.ItemBasedExpenseLineDetail, UnitPrice: 22.5 },
        },
      ],
    });
    await pullChanges(journey, company.id);
    expect((await answer('bill')).warnings).toMatchObject([
      {
        name: 'drifted',
        params: {
          fields: [
            { field: 'lines.0.amount', theirs: '90', ours: '100' },
            { field: 'lines.0.unitPrice', theirs: '22.5', ours: '25' },
            { field: 'total', theirs: '90', ours: '100' },
          ],
        },
      },
    ]);
    expect(await events()).toEqual([`document.drifted bill ${externalId}`]);
  });

  it('that were deleted there are not made again, orders that are bills among them', async () => {
    const asBills = await purchaseCompany(journey, {
      settings: { accounts: PAYABLE, purchaseOrdersAs: 'bill' },
    });
    const order = await sent('purchase_order', externalId, asBills);
    journey.simulator.control.act(asBills.realmId, { do: 'delete', entity: 'Bill', id: order });
    await pullChanges(journey, asBills.id);
    expect(await answer('purchase_order', asBills)).toMatchObject({
      status: 'deleted_in_quickbooks',
    });

    const id = await sent('bill');
    act({ do: 'delete', entity: 'Bill', id });
    await pullChanges(journey, company.id);
    expect(await answer('bill')).toMatchObject({ status: 'deleted_in_quickbooks' });
    await company.state('bill', externalId, aBill({ number: externalId, memo: 'again' }));
    await nothingIsLeft(journey);
    await pullChanges(journey, company.id);
    expect(company.quickbooks.all('Bill').filter((bill) => bill['Id'] === id)).toEqual([]);
    expect(await answer('bill')).toMatchObject({ status: 'deleted_in_quickbooks' });
  });

  it('follow suppliers that are new, inactive or merged', async () => {
    const id = company.quickbooks.add('Vendor', { DisplayName: `Nails ${number}` });
    await pullChanges(journey, company.id);
    const listed = async (q: string) =>
      (await journey.client.records(company.id, 'vendor', { q })).records[0];
    expect(await listed(`nails ${number}`)).toMatchObject({ recordId: id, active: true });

    const vendor = { name: `Nails ${number}` };
    await company.state('bill', externalId, aBill({ number: externalId, vendor }));
    await waitForStatus(journey, company.id, 'bill', externalId, 'synced');
    act({ do: 'merge', entity: 'Vendor', from: id, into: '46' });
    await pullChanges(journey, company.id);
    expect(await listed(`nails ${number}`)).toMatchObject({ active: false });
    const later = `${externalId}b`;
    await company.state('bill', later, aBill({ number: later, vendor }));
    const moved = await waitForStatus(journey, company.id, 'bill', later, 'synced');
    expect(company.quickbooks.one('Bill', moved.quickbooks?.id)).toMatchObject({
      VendorRef: { value: '46' },
    });
  });
});
