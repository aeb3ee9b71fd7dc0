import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/simulator/index.js';
import { list, startCompany, type TestCompany } from '../support/company.js';
import {
  CHECKING,
  known,
  MASTERCARD,
  OTHER_VENDOR,
  PAYABLE,
  ref,
  spend,
  VENDOR,
} from '../support/purchases.js';

const VENDORS = [VENDOR, OTHER_VENDOR];

type Form = 'Bill' | 'VendorCredit';

interface Part {
  form: Form;
  pick: number;
  percent: number;
}

type Operation =
  | { do: 'make'; form: Form; vendor: string; cents: number[] }
  | { do: 'change'; form: Form; pick: number; vendor: string; cents: number[] }
  | { do: 'remove'; form: Form; pick: number }
  | { do: 'pay'; vendor: string; parts: Part[]; extra: number; card: boolean }
  | { do: 'repay'; pick: number; parts: Part[]; extra: number }
  | { do: 'void' | 'delete'; pick: number };

const pick = fc.nat(7);
const vendor = fc.constantFrom(...VENDORS);
const form = fc.constantFrom<Form>('Bill', 'Bill', 'VendorCredit');
const cents = fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 3 });
const percent = fc.constantFrom(0, 25, 50, 100, 130);
const parts = fc.array(fc.record({ form, pick, percent }), { minLength: 1, maxLength: 4 });
const extra = fc.constantFrom(0, 0, 0, 500, -500);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('make' as const), form, vendor, cents }),
  fc.record({ do: fc.constant('make' as const), form, vendor, cents }),
  fc.record({ do: fc.constant('change' as const), form, pick, vendor, cents }),
  fc.record({ do: fc.constant('remove' as const), form, pick }),
  fc.record({ do: fc.constant('pay' as const), vendor, parts, extra, card: fc.boolean() }),
  fc.record({ do: fc.constant('pay' as const), vendor, parts, extra, card: fc.boolean() }),
  fc.record({ do: fc.constant('repay' as const), pick, parts, extra }),
  fc.record({ do: fc.constantFrom('void' as const, 'delete' as const), pick }),
);

const centsOf = (value: unknown) => Math.round(Number(value) * 100);
const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
const lines = (amounts: readonly number[]) => amounts.map((amount) => spend(amount / 100));

class Books {
  constructor(readonly company: TestCompany) {}

  all(entity: string): JsonObject[] {
    return this.company.simulator.control.objects(this.company.realmId, entity);
  }

  one(entity: string, index: number): JsonObject | undefined {
    const all = this.all(entity);
    return all[index % Math.max(1, all.length)];
  }

  account(id: string): number {
    const found = this.all('Account').find((each) => each['Id'] === id);
    return centsOf(found?.['CurrentBalance']);
  }

  /** Lines for what the parts pick, and what they come to: bills less credits. */
  applying(wanted: readonly Part[]): { Line: JsonObject[]; net: number } {
    const Line: JsonObject[] = [];
    let net = 0;
    for (const part of wanted) {
      const target = this.one(part.form, part.pick);
      if (target === undefined) continue;
      const amount = Math.floor((centsOf(target['Balance']) * part.percent) / 100);
      const LinkedTxn = [{ TxnId: target['Id'], TxnType: part.form }];
      Line.push({ Amount: amount / 100, LinkedTxn });
      net += part.form === 'Bill' ? amount : -amount;
    }
    return { Line, net };
  }
}

/** The call an operation makes, or undefined where there is nothing to do it to. */
function callOf(books: Books, op: Operation): [path: string, body: JsonObject] | undefined {
  switch (op.do) {
    case 'make':
      return [op.form.toLowerCase(), { VendorRef: ref(op.vendor), Line: lines(op.cents) }];
    case 'change': {
      const target = books.one(op.form, op.pick);
      const changes = { sparse: true, VendorRef: ref(op.vendor), Line: lines(op.cents) };
      return target && [op.form.toLowerCase(), known(target, changes)];
    }
    case 'remove': {
      const target = books.one(op.form, op.pick);
      return target && [`${op.form.toLowerCase()}?operation=delete`, known(target)];
    }
    case 'pay': {
      const { Line, net } = books.applying(op.parts);
      const means = op.card
        ? { PayType: 'CreditCard', CreditCardPayment: { CCAccountRef: ref(MASTERCARD) } }
        : { PayType: 'Check', CheckPayment: { BankAccountRef: ref(CHECKING) } };
      const TotalAmt = Math.max(0, net + op.extra) / 100;
      return ['billpayment', { VendorRef: ref(op.vendor), TotalAmt, Line, ...means }];
    }
    case 'repay': {
      const target = books.one('BillPayment', op.pick);
      const { Line, net } = books.applying(op.parts);
      const TotalAmt = Math.max(0, net + op.extra) / 100;
      return target && ['billpayment', known(target, { sparse: true, TotalAmt, Line })];
    }
    default: {
      const target = books.one('BillPayment', op.pick);
      const path = op.do === 'void' ? 'operation=update&include=void' : 'operation=delete';
      return target && [`billpayment?${path}`, known(target)];
    }
  }
}

/** What all payments together apply to a form, and the ids of those that do. */
function appliedTo(
  books: Books,
  entity: Form,
  form: JsonObject,
): { cents: number; ids: unknown[] } {
  const ids: unknown[] = [];
  let total = 0;
  for (const payment of books.all('BillPayment')) {
    const own = list(payment, 'Line').filter((line) => {
      const [link] = list(line, 'LinkedTxn');
      return link?.['TxnType'] === entity && link?.['TxnId'] === form['Id'];
    });
    if (own.length > 0) ids.push(payment['Id']);
    total += sum(own.map((line) => centsOf(line['Amount'])));
  }
  return { cents: total, ids };
}

function expectBalanced(books: Books): void {
  for (const entity of ['Bill', 'VendorCredit'] as const) {
    for (const form of books.all(entity)) {
      const applied = appliedTo(books, entity, form);
      expect(centsOf(form['Balance'])).toBe(centsOf(form['TotalAmt']) - applied.cents);
      expect(centsOf(form['Balance'])).toBeGreaterThanOrEqual(0);
      const listed = list(form, 'LinkedTxn').map((link) => link['TxnId']);
      expect([...listed].sort()).toEqual([...applied.ids].sort());
    }
  }
  const total = (entity: string, vendorId: string) =>
    sum(
      books
        .all(entity)
        .filter((each) => JSON.stringify(each['VendorRef']).includes(`"value":"${vendorId}"`))
        .map((each) => centsOf(each['TotalAmt'])),
    );
  const owed = VENDORS.map(
    (id) => total('Bill', id) - total('VendorCredit', id) - total('BillPayment', id),
  );
  const shown = VENDORS.map((id) => {
    const found = books.all('Vendor').find((each) => each['Id'] === id);
    return centsOf(found?.['Balance']);
  });
  expect(shown).toEqual(owed);
  expect(books.account(PAYABLE) + sum(owed)).toBe(0);
  const paid = sum(books.all('BillPayment').map((each) => centsOf(each['TotalAmt'])));
  expect(books.account(CHECKING) + books.account(MASTERCARD) + paid).toBe(0);
}

describe('whatever is billed, credited, paid, changed, voided and deleted', () => {
  it('balances are what is left over', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 6, maxLength: 24 }), async (operations) => {
        const company = await startCompany();
        try {
          const books = new Books(company);
          for (const op of operations) {
            const call = callOf(books, op);
            if (call === undefined) continue;
            const reply = await company.post(...call);
            expect([200, 400]).toContain(reply.status);
            const outcome = `${op.do} ${reply.status}`;
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            expectBalanced(books);
          }
        } finally {
          await company.close();
        }
      }),
      { numRuns: 40, seed: 1711 },
    );
    // The sequences reach each act, done and refused.
    for (const act of ['make', 'change', 'remove', 'pay', 'repay', 'void', 'delete']) {
      expect(outcomes.get(`${act} 200`)).toBeGreaterThan(0);
    }
    for (const act of ['change', 'remove', 'pay', 'repay']) {
      expect(outcomes.get(`${act} 400`)).toBeGreaterThan(0);
    }
  });
});
