import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PurchaseOrderInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, startJourney } from '../support/journey.js';
import { anOrder } from '../support/purchase-company.js';

// Devices that are bought are grouped like those that are sold, and are one product with them.

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.close());

const INCOME = { income: { name: 'Sales of Product Income' } };
const EXPENSE = { ...INCOME, expense: { name: 'Cost of Goods Sold' } };
const ITEM = {
  Id: '500',
  Name: 'WholeCell Inventory',
  Type: 'Service',
  IncomeAccountRef: { value: '79' },
};

const shop = (settings: SettingsInput = {}, lists: Record<string, JsonObject[]> = {}) =>
  account(journey, {
    profile: 'device-resale',
    company: { plan: 'plus' },
    lists: { Vendor: [{ Id: '45', DisplayName: 'Timber & Co Ltd' }], ...lists },
    settings: { start: 'automatic', accounts: EXPENSE, ...settings },
  });

function orderOf(number: string, devices: [model: string, condition: string, price: string][]) {
  const lines = devices.map(([model, condition, unitPrice]) => ({
    name: 'Phone',
    quantity: '1',
    unitPrice,
    amount: unitPrice,
    attributes: { model, condition },
  }));
  const total = devices.reduce((sum, [, , price]) => sum + Number(price), 0).toFixed(2);
  const order: Partial<PurchaseOrderInput> = { number, lines, total };
  return anOrder(order);
}

const LOT = orderOf('PO-1', [
  ['iPhone 13', 'A', '210.00'],
  ['iPhone 13', 'B', '165.00'],
  ['iPhone 13', 'A', '200.00'],
]);

const EXPECTED = [
  {
    Amount: 410,
    Description: 'iPhone 13 · Condition A (1 × 210.00, 1 × 200.00)',
    ItemBasedExpenseLineDetail: { ItemRef: { name: ITEM.Name }, Qty: 2, UnitPrice: 205 },
  },
  {
    Amount: 165,
    Description: 'iPhone 13 · Condition B',
    ItemBasedExpenseLineDetail: { ItemRef: { name: ITEM.Name }, Qty: 1, UnitPrice: 165 },
  },
];

const productOf = ({ quickbooks }: Account) => quickbooks.where('Item', 'Name', ITEM.Name);

it.each([
  ['purchase_order', 'PurchaseOrder'],
  ['bill', 'Bill'],
] as const)('an order that goes as a %s has a line per model and condition', async (as, entity) => {
  const depot = await shop({ purchaseOrdersAs: as });
  await depot.state('purchase_order', 'PO-1', LOT);
  const sent = await depot.settled('purchase_order', 'PO-1');
  expect(sent.details).toMatch(/ \(Id \d+\): 3 devices in 2 lines, total 575\.00\.$/);
  expect(depot.quickbooks.all(entity)).toMatchObject([{ TotalAmt: 575, Line: EXPECTED }]);
  expect(productOf(depot)).toMatchObject([
    { Type: 'Service', IncomeAccountRef: { value: '79' }, ExpenseAccountRef: { value: '80' } },
  ]);
});

it('without an expense account the product is not made', async () => {
  const depot = await shop({ accounts: {}, setupRequires: [] });
  await depot.state('purchase_order', 'PO-1', LOT);
  expect(await depot.settled('purchase_order', 'PO-1', 'failed')).toMatchObject({
    reason: 'setup_incomplete',
    params: { missing: ['expense account'] },
  });
  expect(depot.quickbooks.commits()).toEqual([]);
});

it('a product that is only sold is not bought, until it has an expense account', async () => {
  const depot = await shop({}, { Item: [ITEM] });
  await depot.state('purchase_order', 'PO-1', LOT);
  const failed = await depot.settled('purchase_order', 'PO-1', 'failed');
  expect(failed).toMatchObject({ reason: 'setup_incomplete' });
  expect(failed.details).toBe(
    'The setup is not complete: an expense account of the product "WholeCell Inventory" in QuickBooks.',
  );
  depot.quickbooks.edit('Item', '500', { ExpenseAccountRef: { value: '80' } });
  await journey.client.retry(depot.id, 'purchase_order', 'PO-1');
  await depot.settled('purchase_order', 'PO-1');
  expect(depot.quickbooks.commits()).toEqual(['update Item', 'create PurchaseOrder']);
});
