import type { StatedDocumentByKind } from '../../client/index.js';

/** Product, quantity, unit price as a decimal string. */
export type Goods = readonly [name: string, quantity: number, unitPrice: string];

type Invoice = StatedDocumentByKind['invoice'];

/** Percent of the only tax code the demo uses. */
const VAT_PERCENT = 20;

/** An invoice whose sums agree. With a tax code, 20 % VAT comes on top. */
export function invoiceOf(o: {
  number: string;
  customer: string;
  goods: readonly Goods[];
  status: 'released' | 'sent';
  day: string;
  taxCode?: string;
}): Invoice {
  const { taxCode } = o;
  const lines = o.goods.map(([name, quantity, unitPrice]) => ({
    name,
    quantity: String(quantity),
    unitPrice,
    amount: fromMinor(quantity * toMinor(unitPrice)),
    ...(taxCode === undefined ? {} : { taxCode: { name: taxCode } }),
  }));
  const netMinor = o.goods.reduce((sum, [, quantity, price]) => sum + quantity * toMinor(price), 0);
  const taxMinor = taxCode === undefined ? 0 : Math.round((netMinor * VAT_PERCENT) / 100);
  return {
    sourceVersion: 1,
    number: o.number,
    status: o.status,
    issueDate: o.day,
    customer: { name: o.customer },
    lines,
    ...(taxCode === undefined ? {} : { tax: { total: fromMinor(taxMinor) } }),
    total: fromMinor(netMinor + taxMinor),
  };
}

/** Dollars and pounds have two decimals. */
function toMinor(amount: string): number {
  return Math.round(Number(amount) * 100);
}

function fromMinor(minor: number): string {
  return (minor / 100).toFixed(2);
}
