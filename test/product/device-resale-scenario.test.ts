import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DeviceLine,
  deviceInvoice,
  devices,
  goodsLines,
  goodsOf,
  IPHONE,
  LOT,
  METRO,
  productsOf,
} from '../support/devices.js';
import { type Journey, pullChanges, startJourney } from '../support/journey.js';
import { refusalOf } from '../support/raw-api.js';
import { told } from '../support/told.js';
import { type Account, account } from './profile.js';

// A shop for used phones: set up, one invoice of six devices, a second one, and mixed prices.
describe('a shop for used phones', () => {
  let journey: Journey;
  let depot: Account;

  beforeAll(async () => {
    journey = await startJourney({ now: '2026-11-22T10:00:00-07:00' });
    depot = await account(journey, {
      profile: 'device-resale',
      company: { country: 'US', name: 'Phone Depot' },
      lists: { Customer: [METRO] },
    });
  });
  afterAll(() => journey?.close());

  async function clicked(number: string, lines: DeviceLine[]) {
    await depot.state('invoice', number, deviceInvoice(number, lines));
    await depot.click(number);
    const synced = await depot.settled('invoice', number);
    const id = synced.quickbooks?.id;
    return { synced, id, invoice: depot.quickbooks.one('Invoice', id) };
  }

  it('cannot save its settings with Expense Account empty', async () => {
    const { client } = journey;
    const income = { name: 'Sales' };
    const refusal = await refusalOf(
      client.changeSettings(depot.id, { accounts: { income }, purchaseOrdersAs: 'bill' }),
    );
    expect(refusal).toMatchObject({
      status: 422,
      problem: { errors: [{ field: 'accounts.expense' }] },
    });
    expect(await client.connection(depot.id)).toMatchObject({ status: 'setup_incomplete' });

    await client.changeSettings(depot.id, {
      accounts: { income, expense: { name: 'Uncategorized Expense' } },
      purchaseOrdersAs: 'bill',
    });
    expect(await client.connection(depot.id)).toMatchObject({ status: 'connected' });
    expect((await client.settings(depot.id)).item.genericName).toBe('WholeCell Inventory');
  });

  it('sends nothing until Sync is clicked', async () => {
    depot.quickbooks.forget();
    expect(await depot.state('invoice', '5521', deviceInvoice('5521', LOT))).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      actions: ['sync'],
    });
    expect(depot.quickbooks.calls()).toEqual([]);
    expect(productsOf(depot.quickbooks)).toEqual([]);
  });

  it('gets a line per model and condition on the click, all of one product', async () => {
    const first = await clicked('5521', LOT);
    expect(first.synced).toMatchObject({
      label: 'Synced',
      details: `Invoice 5521 created in QuickBooks (Id ${first.id}): 6 devices in 3 lines, total 1,740.00.`,
      warnings: [],
    });
    expect(goodsLines(first.invoice)).toEqual([
      '3 × 310 = 930: iPhone 13 128GB · Condition A',
      '2 × 265 = 530: iPhone 13 128GB · Condition B',
      '1 × 280 = 280: Galaxy S22 256GB · Condition A',
    ]);
    expect(first.invoice).toMatchObject({
      DocNumber: '5521',
      CustomerRef: { value: '21' },
      TotalAmt: 1740,
    });

    const second = await clicked('5522', devices(1, IPHONE, 'A', '300.00'));
    expect(second.synced.details).toBe(
      `Invoice 5522 created in QuickBooks (Id ${second.id}): 1 device in 1 line, total 300.00.`,
    );
    const [product, ...others] = productsOf(depot.quickbooks);
    expect(others).toEqual([]);
    // Account 45 is Sales.
    expect(product).toMatchObject({
      Name: 'WholeCell Inventory',
      Type: 'Service',
      IncomeAccountRef: { value: '45' },
    });
    const sold = [first, second].flatMap(({ invoice }) => goodsOf(invoice));
    expect(sold.map(({ ItemRef }) => ItemRef)).toEqual(
      Array(4).fill(expect.objectContaining({ value: product?.['Id'] })),
    );
    expect(depot.quickbooks.commits()).toEqual(['create Item', 'create Invoice', 'create Invoice']);
    // Each write is one call; an answer is never read again.
    expect(depot.quickbooks.calls()).toEqual(['POST item', 'POST invoice', 'POST invoice']);
  });

  it('W3 and W16 payments made in QuickBooks come back: partly paid, paid, and partly paid again', async () => {
    const { control } = journey.simulator;
    const events = told(journey, depot.id);
    await events();
    const first = await depot.settled('invoice', '5521');
    const pay = (amount: number, date: string) => {
      const invoice = first.quickbooks?.id ?? '';
      const { object } = control.act(depot.realmId, { do: 'pay', invoice, amount, date });
      return String(object?.['Id']);
    };
    const shown = async () => {
      await pullChanges(journey, depot.id);
      return journey.client.document(depot.id, 'invoice', '5521');
    };
    depot.quickbooks.forget();

    pay(740, '2026-11-23');
    const partly = await shown();
    expect(partly.details).toContain('Partially paid 740.00 of 1,740.00.');
    expect(partly.paid).toEqual({ amount: '740.00', of: '1740.00', lastDate: '2026-11-23' });

    const second = pay(1000, '2026-11-24');
    const whole = await shown();
    expect(whole.details).toContain('Paid in QuickBooks on 2026-11-24 (2 payments).');
    expect(whole).toMatchObject({ label: 'Synced', quickbooks: { balance: '0.00' } });

    control.act(depot.realmId, { do: 'delete', entity: 'Payment', id: second });
    const again = await shown();
    expect(again.details).toContain('Partially paid 740.00 of 1,740.00.');
    expect(again.paid).toEqual(partly.paid);
    expect(await events()).toEqual([
      'payment.recorded invoice 5521',
      'payment.recorded invoice 5521',
      'payment.removed invoice 5521',
    ]);

    // Read once more nothing changes, and nothing of all this was written to QuickBooks.
    expect((await shown()).history).toEqual(again.history);
    expect(await events()).toEqual([]);
    expect(depot.quickbooks.writes()).toBe(0);
    expect((await depot.settled('invoice', '5522')).paid?.amount ?? '0.00').toBe('0.00');
  });

  it('has mixed prices to the cent, and says what was in them', async () => {
    const pair = devices(2, IPHONE, 'A', '310.00');
    const even = [...pair, ...devices(1, IPHONE, 'A', '295.00')];
    expect(goodsLines((await clicked('5523', even)).invoice)).toEqual([
      '3 × 305 = 915: iPhone 13 128GB · Condition A (2 × 310.00, 1 × 295.00)',
    ]);
    const uneven = [...pair, ...devices(1, IPHONE, 'A', '300.00')];
    const odd = await clicked('5524', uneven);
    expect(goodsLines(odd.invoice)).toEqual([
      '1 × 920 = 920: iPhone 13 128GB · Condition A · 3 devices (2 × 310.00, 1 × 300.00)',
    ]);
    expect(odd.synced.details).toContain(': 3 devices in 1 line, total 920.00.');

    await journey.client.changeSettings(depot.id, { item: { onePerPrice: true } });
    expect(goodsLines((await clicked('5525', even)).invoice)).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '1 × 295 = 295: iPhone 13 128GB · Condition A',
    ]);
    expect(goodsLines((await clicked('5526', uneven)).invoice)).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '1 × 300 = 300: iPhone 13 128GB · Condition A',
    ]);
    expect(productsOf(depot.quickbooks)).toHaveLength(1);
  });
});
