import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { anInvoice } from './orders.js';
import type { QuickBooksSide } from './quickbooks-side.js';

/** A shop that states every device by itself, and how its books show them. */

export const METRO = { Id: '21', DisplayName: 'Metro Phones Inc' };
export const IPHONE = 'iPhone 13 128GB';
export const GALAXY = 'Galaxy S22 256GB';

export type DeviceLine = InvoiceInput['lines'][number];

/** So many devices of one kind, a line each. */
export function devices(
  count: number,
  model: string,
  condition: string,
  price: string,
): DeviceLine[] {
  return Array.from({ length: count }, () => ({
    name: model.split(' ').slice(0, 2).join(' '),
    quantity: '1',
    unitPrice: price,
    amount: price,
    attributes: { model, condition },
  }));
}

/** Six devices of three groups, not in the order of their groups: 1,740.00. */
export const LOT = [
  ...devices(2, IPHONE, 'A', '310.00'),
  ...devices(1, IPHONE, 'B', '265.00'),
  ...devices(1, GALAXY, 'A', '280.00'),
  ...devices(1, IPHONE, 'A', '310.00'),
  ...devices(1, IPHONE, 'B', '265.00'),
];

/** What the lines come to, as a decimal string. */
export function totalOf(lines: readonly Pick<DeviceLine, 'amount'>[]): string {
  const cents = lines.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0);
  return (cents / 100).toFixed(2);
}

/** An invoice of these devices to Metro Phones. */
export function deviceInvoice(
  number: string,
  lines: DeviceLine[],
  over: Partial<InvoiceInput> = {},
): InvoiceInput {
  const customer = { name: METRO.DisplayName };
  return anInvoice({ number, customer, lines, total: totalOf(lines), ...over });
}

interface GoodsDetail {
  ItemRef: { name: string };
  Qty: number;
  UnitPrice: number;
}

interface StoredLine {
  Amount: number;
  Description: string;
  SalesItemLineDetail?: GoodsDetail;
  ItemBasedExpenseLineDetail?: GoodsDetail;
}

/** Lines of goods that a form in QuickBooks has, bought or sold. */
export function goodsOf(form: JsonObject) {
  const lines = form['Line'] as unknown as StoredLine[];
  return lines.flatMap(
    ({ SalesItemLineDetail: sold, ItemBasedExpenseLineDetail: bought, ...line }) => {
      const detail = sold ?? bought;
      return detail === undefined ? [] : [{ ...line, ...detail }];
    },
  );
}

/** The same as "quantity × price = amount: description". */
export const goodsLines = (form: JsonObject): string[] =>
  goodsOf(form).map(
    ({ Qty, UnitPrice, Amount, Description }) =>
      `${Qty} × ${UnitPrice} = ${Amount}: ${Description}`,
  );

/** Products beside the two every company has. */
export const productsOf = (quickbooks: QuickBooksSide): JsonObject[] =>
  quickbooks.all('Item').filter(({ Name }) => Name !== 'Services' && Name !== 'Hours');
