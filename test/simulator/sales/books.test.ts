import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SimulatorControl } from '../../../src/simulator/control/control.js';
import { cents } from '../../../src/simulator/engine/money.js';
import { creditMemoPostings } from '../../../src/simulator/entities/sales/credit-memo.js';
import { invoicePostings } from '../../../src/simulator/entities/sales/invoice.js';
import { refundReceiptPostings } from '../../../src/simulator/entities/sales/refund-receipt.js';
import { salesReceiptPostings } from '../../../src/simulator/entities/sales/sales-receipt.js';
import type { JsonObject } from '../../../src/simulator/index.js';
import { numberOf, objectOf } from '../../../src/simulator/json.js';
import { QuickBooks } from '../../../src/simulator/quickbooks.js';
import { list, saleLine } from '../support/company.js';
import { discount } from './forms.js';

const POSTINGS = {
  Invoice: invoicePostings,
  SalesReceipt: salesReceiptPostings,
  CreditMemo: creditMemoPostings,
  RefundReceipt: refundReceiptPostings,
};

const TIP = 'GRATUITY_ITEM_ID';

type Posting = keyof typeof POSTINGS;

const isSale = (entity: string) => entity === 'Invoice' || entity === 'SalesReceipt';

interface Form {
  entity: Posting;
  customer: string;
  lines: { item: string; cents: number; taxed: boolean }[];
  percent: number;
  shippingCents: number;
  depositCents: number;
  ending: 'kept' | 'changed' | 'void' | 'delete';
}

const form: fc.Arbitrary<Form> = fc.record({
  entity: fc.constantFrom<Posting>('Invoice', 'SalesReceipt', 'CreditMemo', 'RefundReceipt'),
  customer: fc.constantFrom('1', '2', '3'),
  lines: fc.array(
    fc.record({
      item: fc.constantFrom('3', '9', '13', '22', TIP),
      cents: fc.integer({ min: -2_000, max: 500_000 }),
      taxed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  percent: fc.constantFrom(0, 0, 5, 12.5, 33.33),
  shippingCents: fc.constantFrom(0, 0, 1_234),
  depositCents: fc.constantFrom(0, 0, 100),
  ending: fc.constantFrom('kept', 'changed', 'void', 'delete'),
});

function bodyOf({
  entity,
  customer,
  lines,
  percent,
  shippingCents,
  depositCents,
}: Form): JsonObject {
  const Line = lines.map(({ item, cents: amount, taxed }) => {
    const word = item === TIP;
    return saleLine(
      item,
      amount / 100,
      word ? {} : { TaxCodeRef: { value: taxed ? 'TAX' : 'NON' } },
    );
  });
  if (percent > 0) Line.push(discount({ PercentBased: true, DiscountPercent: percent }));
  if (shippingCents > 0) Line.push(saleLine('SHIPPING_ITEM_ID', shippingCents / 100));
  return {
    CustomerRef: { value: customer },
    Line,
    ...(entity === 'RefundReceipt' ? { DepositToAccountRef: { value: '35' } } : {}),
    ...(entity === 'Invoice' && depositCents > 0 ? { Deposit: depositCents / 100 } : {}),
  };
}

function bench() {
  const quickbooks = new QuickBooks();
  const control = new SimulatorControl(quickbooks);
  const preferences = { SalesFormsPrefs: { AllowShipping: true } };
  const { realmId } = control.createCompany({ preferences });
  const company = quickbooks.companies.get(realmId);
  if (company === undefined) throw new Error('the company is gone');
  return { control, realmId, company };
}

/** Makes the form and brings it to its ending, unless QuickBooks refuses it at once. */
function write({ control, realmId }: ReturnType<typeof bench>, wanted: Form): void {
  const { entity, ending } = wanted;
  let id: string;
  try {
    const { object } = control.act(realmId, { do: 'create', entity, object: bodyOf(wanted) });
    id = String(object?.['Id']);
  } catch {
    return; // A total below zero, or a deposit above it.
  }
  if (ending === 'changed') {
    const changes = { CustomerRef: { value: '2' }, Line: [saleLine('5', 77.7)] };
    control.act(realmId, { do: 'edit', entity, id, changes });
  } else if (ending === 'delete' || (ending === 'void' && entity !== 'CreditMemo')) {
    control.act(realmId, { do: ending, entity, id });
  }
}

/** Tips are owed to the staff and are no income. */
function tipCents(object: JsonObject): number {
  return list(object, 'Line')
    .filter(({ SalesItemLineDetail }) => JSON.stringify(SalesItemLineDetail ?? {}).includes(TIP))
    .reduce((sum, line) => sum + centsOf(line, 'Amount'), 0);
}

const centsOf = (object: JsonObject | undefined, member: string) =>
  cents(numberOf(object, member) ?? 0);

describe('whatever sales forms are written, changed, voided and deleted', () => {
  it('each posts as much as it takes, and the balances are what the forms say', () => {
    fc.assert(
      fc.property(fc.array(form, { minLength: 1, maxLength: 8 }), (forms) => {
        const books = bench();
        for (const each of forms) write(books, each);
        const { company } = books;
        const open = new Map<string, number>();
        const expected = { tax: 0, income: 0 };
        for (const [entity, postingsOf] of Object.entries(POSTINGS)) {
          for (const object of company.collection(entity).objects()) {
            const postings = postingsOf(company, object);
            expect(postings.reduce((sum, posting) => sum + posting.cents, 0)).toBe(0);
            const sign = isSale(entity) ? 1 : -1;
            const tax = centsOf(objectOf(object, 'TxnTaxDetail'), 'TotalTax');
            expected.tax += sign * tax;
            expected.income += sign * (centsOf(object, 'TotalAmt') - tax - tipCents(object));
            const customer = String(objectOf(object, 'CustomerRef')?.['value']);
            open.set(customer, (open.get(customer) ?? 0) + sign * centsOf(object, 'Balance'));
          }
        }
        for (const id of ['1', '2', '3']) {
          expect(centsOf(company.find('Customer', id), 'Balance')).toBe(open.get(id) ?? 0);
        }
        const balances = [...company.collection('Account').objects()];
        const sumOf = (subType: string) =>
          balances
            .filter((account) => account['AccountSubType'] === subType)
            .reduce((sum, account) => sum + centsOf(account, 'CurrentBalance'), 0);
        const owed = [...open.values()].reduce((sum, balance) => sum + balance, 0);
        expect(sumOf('AccountsReceivable')).toBe(owed);
        expect(sumOf('GlobalTaxPayable') + expected.tax).toBe(0);
        const all = balances.reduce((sum, account) => sum + centsOf(account, 'CurrentBalance'), 0);
        expect(all).toBe(expected.income);
      }),
      { numRuns: 60 },
    );
  });
});
