import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { refusalOf } from '../support/raw-api.js';
import { type Account, account } from './profile.js';

const CUSTOMER = { Id: '7', DisplayName: 'Harbor Lane Dental' };
const PRODUCT = { Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } };

describe('a preview', () => {
  let journey: Journey;
  let shop: Account;

  beforeAll(async () => {
    journey = await startJourney();
    shop = await account(journey, {
      profile: 'auto-invoices',
      lists: { Customer: [CUSTOMER], Item: [PRODUCT] },
      settings: { customer: { missing: 'create' }, item: { missing: 'create' } },
    });
  });
  afterAll(() => journey?.close());

  const preview = (id: string, document?: Parameters<typeof anInvoice>[0]) =>
    journey.client.preview(
      shop.id,
      'invoice',
      id,
      document === undefined ? undefined : anInvoice({ number: id, ...document }),
    );

  it('shows exactly the body that is sent afterwards, and sends nothing itself', async () => {
    shop.quickbooks.forget();
    const shown = await preview('PV-1', {});
    expect(shown).toMatchObject({
      status: 'synced',
      label: 'Synced',
      reason: null,
      creates: [],
      request: { operation: 'create', entity: 'Invoice' },
    });
    expect(shop.quickbooks.calls()).toEqual([]);
    expect((await refusalOf(journey.client.document(shop.id, 'invoice', 'PV-1'))).status).toBe(404);

    await shop.state('invoice', 'PV-1', anInvoice({ number: 'PV-1' }));
    const synced = await shop.settled('invoice', 'PV-1');
    const { Line, ...body } = shown.request?.body ?? {};
    // QuickBooks adds the subtotal.
    expect(shop.quickbooks.one('Invoice', synced.quickbooks?.id)).toMatchObject({
      ...body,
      Line: [...(Line as object[]), { DetailType: 'SubTotalLineDetail' }],
    });
    expect(synced.warnings).toEqual(shown.warnings);
  });

  it('names what would be created, and leaves it uncreated', async () => {
    shop.quickbooks.forget();
    const lines = [aLine({ name: 'Moon Rock' }), aLine({ name: 'Moon Rock' })];
    const shown = await preview('PV-2', { customer: { name: 'Nova Ltd' }, lines, total: '200.00' });
    expect(shown.creates).toEqual([
      { type: 'customer', name: 'Nova Ltd' },
      { type: 'product', name: 'Moon Rock' },
    ]);
    expect(shown.request?.body).toMatchObject({
      CustomerRef: { value: 'Nova Ltd' },
      Line: [{ SalesItemLineDetail: { ItemRef: { value: 'Moon Rock' } } }, {}],
    });
    expect(shop.quickbooks.calls()).toEqual([]);
    expect(shop.quickbooks.where('Customer', 'DisplayName', 'Nova Ltd')).toEqual([]);
    const { documents } = await journey.client.documents(shop.id, { q: 'Nova' });
    expect(documents).toEqual([]);
  });

  it.each([
    ['a sum that does not agree', { total: '1.00' }, 'failed', 'total_mismatch'],
    ['a status that is not sent', { status: 'void' }, 'cancelled', null],
  ] as const)('tells the status and the reason: %s', async (_what, over, status, reason) => {
    const shown = await preview('PV-3', over);
    expect(shown).toMatchObject({ status, reason, request: null });
  });

  it('shows what is stored where nothing is given: the update of what QuickBooks has', async () => {
    await shop.state('invoice', 'PV-4', anInvoice({ number: 'PV-4' }));
    const { quickbooks } = await shop.settled('invoice', 'PV-4');
    expect(await preview('PV-4')).toMatchObject({
      request: { operation: 'update', body: { Id: quickbooks?.id, sparse: true } },
    });
  });

  it('refuses a document that is no document, by field and rule', async () => {
    const refusal = await refusalOf(preview('PV-5', { total: 'much' } as never));
    expect(refusal).toMatchObject({ status: 422, problem: { errors: [{ field: 'total' }] } });
  });
});
