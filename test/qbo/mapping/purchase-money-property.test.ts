import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BillInput, DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import { expectedTotals } from '../../../src/qbo/mapping/expected-total.js';
import { purchaseFormAfter } from '../../../src/qbo/mapping/purchase-answer.js';
import type { PurchaseFormCompany } from '../../../src/qbo/mapping/purchase-document.js';
import { purchaseFormBody } from '../../../src/qbo/mapping/purchase-form.js';
import { layOutPurchase } from '../../../src/qbo/mapping/purchase-layout.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';
import type { RatesByCode } from '../../../src/qbo/mapping/tax-rates.js';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, startCompany, type TestCompany } from '../../simulator/support/company.js';
import { withCombinedCode } from '../../simulator/support/uk-taxes.js';
import { referencesOf, SETTINGS, UK, UK_RATES, US } from './billed.js';

// Whatever a supplier bills, as long as it adds up: what reaches QuickBooks has the document's total
// to the penny, or there is a reason. QuickBooks is the simulator on its port, whose arithmetic is its
// own; what was expected of it before the write is compared with what it came to.

const RATES: RatesByCode = new Map([
  ...UK_RATES,
  [
    '40',
    [
      { id: '41', percent: '7' },
      { id: '42', percent: '5' },
    ],
  ],
]);
const PERCENT: Readonly<Record<string, number>> = { '6': 20, '7': 5, '40': 12 };

const aLine = fc.record({
  quantity: fc.integer({ min: 1, max: 40 }),
  price: fc.integer({ min: 0, max: 250_000 }),
  off: fc.constantFrom(0, 0, 0, 7, 250),
  code: fc.constantFrom('6', '6', '7', '4', '5', '10', '11', '40'),
  isItem: fc.boolean(),
});

const aBill = fc.record({
  entity: fc.constantFrom('Bill' as const, 'VendorCredit' as const, 'PurchaseOrder' as const),
  lines: fc.array(aLine, { minLength: 1, maxLength: 6 }),
  taxMode: fc.constantFrom('exclusive' as const, 'inclusive' as const, 'none' as const),
  /** How far the supplier's tax is from its exact one. */
  jitter: fc.constantFrom(0, 0, 1, -1, 2, 40),
  /** Where the document says what tax there is. */
  by: fc.constantFrom('total' as const, 'line' as const, 'code' as const),
  tax: fc.constantFrom('fold' as const, 'as_billed' as const, 'quickbooks_computes' as const),
  difference: fc.constantFrom('refuse' as const, 'warn' as const, 'rounding_line' as const),
});
type Drawn = typeof aBill extends fc.Arbitrary<infer Value> ? Value : never;

const cents = (amount: number) => (amount / 100).toFixed(2);
const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0);

/** The bill an app makes of it, rounding tax line by line; its total adds up. */
function stated({ lines, taxMode, jitter, by }: Drawn) {
  const amounts = lines.map(({ quantity, price }) => quantity * price);
  const offs = lines.map(({ off }, index) => Math.min(off, amounts[index] ?? 0));
  const net = amounts.map((amount, index) => amount - (offs[index] ?? 0));
  const taxes = lines.map(({ code }, index) => {
    const percent = PERCENT[code] ?? 0;
    const base = net[index] ?? 0;
    const exact = (base * percent) / (taxMode === 'inclusive' ? 100 + percent : 100);
    return taxMode === 'none' ? 0 : Math.round(exact);
  });
  const charged = taxes.findIndex((tax) => tax > 0);
  const off = Math.max(jitter, -(taxes[charged] ?? 0));
  const billed = taxes.map((tax, index) => tax + (index === charged ? off : 0));
  const tax = sum(billed);
  const codes = [...new Set(lines.map(({ code }) => code))];
  const taxLines = codes.map((code) => {
    const of = (values: readonly number[]) =>
      sum(values.filter((_, index) => lines[index]?.code === code));
    const inside = taxMode === 'inclusive' ? of(billed) : 0;
    return {
      taxCode: { recordId: code },
      taxable: cents(of(net) - inside),
      amount: cents(of(billed)),
    };
  });
  const document: BillInput = {
    number: 'P-1',
    status: 'approved',
    date: '2026-11-18',
    vendor: { name: 'Timber & Co Ltd' },
    lines: lines.map(({ quantity, price, code, isItem }, index) => ({
      ...(isItem
        ? { item: { recordId: '19' }, quantity: String(quantity), unitPrice: cents(price) }
        : { account: { name: 'Materials' } }),
      amount: cents(amounts[index] ?? 0),
      discount: cents(offs[index] ?? 0),
      ...(taxMode === 'none' ? {} : { taxCode: { recordId: code } }),
      ...(taxMode !== 'none' && by === 'line' ? { taxAmount: cents(billed[index] ?? 0) } : {}),
    })),
    taxMode,
    ...(taxMode === 'none'
      ? {}
      : { tax: { total: cents(tax), lines: by === 'code' ? taxLines : [] } }),
    total: cents(sum(net) + (taxMode === 'exclusive' ? tax : 0)),
  };
  return DOCUMENT_SCHEMAS.bill.parse(document);
}

describe('money, whatever a supplier bills', () => {
  let company: TestCompany;
  afterEach(() => company?.close());

  const companies: [string, PurchaseFormCompany][] = [
    ['in Britain', UK],
    ['in Britain, not registered for tax', { ...UK, usingSalesTax: false }],
    ['in the United States', US],
  ];

  it.each(companies)(
    '%s reaches QuickBooks to the penny, or with a reason',
    async (_where, facts) => {
      const { country, usingSalesTax, partnerTax } = facts;
      company = await startCompany({
        country: country === 'US' ? 'US' : 'GB',
        preferences: { TaxPrefs: { UsingSalesTax: usingSalesTax, PartnerTaxEnabled: partnerTax } },
      });
      withCombinedCode(company);
      company.simulator.control.load(company.realmId, {
        Vendor: [{ Id: '45', DisplayName: 'Timber & Co Ltd' }],
        Item: [{ Id: '19', Name: 'Goods', Type: 'Service', ExpenseAccountRef: { value: '20' } }],
      });
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(aBill, async (drawn) => {
          const document = stated(drawn);
          const { entity } = drawn;
          const settings = { ...SETTINGS, tax: drawn.tax, difference: drawn.difference };
          const named = referencesOf(document);
          const references = {
            ...named,
            accountIds: named.accountIds.map((id) => (id === null ? null : '20')),
            rounding: { kind: 'account', id: '14' } as const,
            untaxedCodeId: '10',
          };
          const input = { document, references, company: facts, settings, rates: RATES };
          const written = purchaseFormBody({
            ...input,
            entity,
            stored: null,
            ownOrders: [],
            mark: null,
          });
          // The supplier's tax can always stand on the codes it was billed under.
          if (drawn.tax !== 'quickbooks_computes') expect(written.refusal).toBeNull();
          if (written.problems.length > 0 || written.refusal !== null) {
            expect(drawn.difference === 'warn' && written.problems.length === 0).toBe(false);
            return;
          }
          expect(written.needsRounding).toBe(false);
          const { DocNumber: _, ...body } = written.body;
          const reply = await company.post(
            entity.toLowerCase(),
            JSON.parse(JSON.stringify(body)) as JsonObject,
          );
          const kept = readEntity(entity, answered(reply, entity));
          sent += 1;
          const { form } = layOutPurchase({ ...input, decimals: 2 });
          const isRounded = body.Line.length > form.lines.length;
          if (!isRounded) {
            const foreseen = expectedTotals(form, facts, RATES);
            expect(foreseen?.total).toBe(BigInt(Math.round(kept.TotalAmt * 100)));
          }
          const after = purchaseFormAfter(kept, { document, company: facts, settings });
          expect(after.problem).toBeNull();
          const differs = after.warnings.some(({ name }) => name === 'amount_differs');
          if (differs) expect(drawn.difference).toBe('warn');
          else expect(cents(Math.round(kept.TotalAmt * 100))).toBe(document.total);
          // The supplier's own tax stands, whatever QuickBooks would have made of it.
          if (drawn.tax !== 'quickbooks_computes') {
            expect(after.warnings.map(({ name }) => name)).not.toContain('tax_differs');
          }
        }),
        { numRuns: 150 },
      );
      // Most of what adds up is sent: refusing everything would hold the rule, too.
      expect(sent).toBeGreaterThan(75);
    },
  );
});
