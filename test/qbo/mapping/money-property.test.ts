import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvoiceInput } from '../../../src/contract/documents/index.js';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import { readEntity } from '../../../src/qbo/mapping/quickbooks-types.js';
import { salesFormAfter } from '../../../src/qbo/mapping/sales-answer.js';
import {
  type SalesFormCompany,
  type SalesFormSettings,
  salesFormBody,
} from '../../../src/qbo/mapping/sales-form.js';
import { type JsonObject, type Simulator, startSimulator } from '../../../src/simulator/index.js';
import { referencesOf, SETTINGS, UK, UK_RATES, US } from './stated.js';

// Whatever an app bills, as long as it adds up: what reaches QuickBooks has the document's total to
// the penny, or there is a reason. QuickBooks is the simulator, whose arithmetic is its own.

const cents = (amount: number) => (amount / 100).toFixed(2);
const RATE: Readonly<Record<string, number>> = { '6': 20, '7': 5, '10': 0 };

const aLine = fc.record({
  quantity: fc.oneof(fc.constantFrom(1, 2, 3, 7, 12), fc.integer({ min: 0, max: 400 })),
  price: fc.integer({ min: 0, max: 250_000 }),
  off: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 })),
  code: fc.constantFrom('6', '6', '7', '10'),
  model: fc.constantFrom('X', 'Y', ''),
});

const aForm = fc.record({
  groupBy: fc.constantFrom<string[]>([], ['model']),
  lines: fc.array(aLine, { minLength: 1, maxLength: 6 }),
  oneCode: fc.boolean(),
  discount: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 })),
  shipping: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000 })),
  taxMode: fc.constantFrom('exclusive' as const, 'inclusive' as const, 'none' as const),
  /** How far the app's tax is from the exact one. */
  jitter: fc.constantFrom(0, 0, 0, 1, -1, 2, 40),
  tax: fc.constantFrom('fold' as const, 'as_billed' as const, 'quickbooks_computes' as const),
  difference: fc.constantFrom('refuse' as const, 'warn' as const, 'rounding_line' as const),
});
type Form = typeof aForm extends fc.Arbitrary<infer Value> ? Value : never;

/** The invoice an app makes of it, rounding tax line by line; its total adds up. */
function stated({ lines, discount, shipping, taxMode, jitter, oneCode }: Form) {
  const code = (index: number) => lines[oneCode ? 0 : index]?.code ?? '10';
  const amounts = lines.map(({ quantity, price }) => quantity * price);
  const offs = lines.map(({ off }, index) => Math.min(off, amounts[index] ?? 0));
  const net = amounts.map((amount, index) => amount - (offs[index] ?? 0));
  const taxes = net.map((amount, index) => {
    const rate = RATE[code(index)] ?? 0;
    const exact = taxMode === 'inclusive' ? (amount * rate) / (100 + rate) : (amount * rate) / 100;
    return taxMode === 'none' ? 0 : Math.round(exact);
  });
  const hasTax = taxes.some((tax) => tax > 0);
  const tax = Math.max(0, taxes.reduce((sum, one) => sum + one, 0) + (hasTax ? jitter : 0));
  const sold = net.reduce((sum, one) => sum + one, 0);
  const off = Math.min(discount, sold);
  const total = sold - off + shipping + (taxMode === 'exclusive' ? tax : 0);
  const document: InvoiceInput = {
    number: 'P-1',
    status: 'sent',
    issueDate: '2026-11-20',
    customer: { name: 'Harbor Lane Dental' },
    lines: lines.map(({ quantity, price, model }, index) => ({
      name: 'Consulting',
      quantity: String(quantity),
      unitPrice: cents(price),
      amount: cents(amounts[index] ?? 0),
      discount: cents(offs[index] ?? 0),
      attributes: { model },
      ...(taxMode === 'none'
        ? {}
        : { taxCode: { name: code(index) }, taxAmount: cents(taxes[index] ?? 0) }),
    })),
    discount: cents(off),
    shipping: cents(shipping),
    taxMode,
    ...(taxMode === 'none' ? {} : { tax: { total: cents(tax) } }),
    total: cents(total),
  };
  return {
    document: DOCUMENT_SCHEMAS.invoice.parse(document),
    codes: lines.map((_, i) => code(i)),
  };
}

describe('money, whatever is billed', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator?.close());

  const companies: [string, SalesFormCompany][] = [
    ['in Britain', { ...UK, allowShipping: true }],
    ['in Britain, shipping an item of its own', UK],
    ['in the United States', US],
    ['in the United States, collecting no tax', { ...US, usingSalesTax: false }],
  ];

  it.each(companies)('%s reaches QuickBooks to the penny, or with a reason', (_where, company) => {
    const { realmId } = simulator.control.createCompany({
      country: company.country === 'US' ? 'US' : 'GB',
      seed: 'new',
      preferences: {
        SalesFormsPrefs: { AllowShipping: company.allowShipping, AllowDiscount: true },
        TaxPrefs: {
          UsingSalesTax: company.usingSalesTax,
          PartnerTaxEnabled: company.partnerTax,
        },
      },
    });
    const item = { Type: 'Service', IncomeAccountRef: { value: '79' } };
    simulator.control.load(realmId, {
      Customer: [{ Id: '58', DisplayName: 'Harbor Lane Dental' }],
      Item: ['19', '90', '91'].map((Id) => ({ ...item, Id, Name: `Item ${Id}` })),
    });
    let sent = 0;
    fc.assert(
      fc.property(aForm, (form) => {
        const { document, codes } = stated(form);
        const settings: SalesFormSettings = {
          ...SETTINGS,
          ...form,
          item: { ...SETTINGS.item, groupBy: form.groupBy },
        };
        const noCodes = form.taxMode === 'none' || company.country === 'US';
        const written = salesFormBody({
          entity: 'Invoice',
          document,
          references: {
            ...referencesOf(document),
            itemIds: document.lines.map(() => '19'),
            taxCodeIds: codes.map((code) => (noCodes ? null : code)),
            shippingItemId: '90',
            roundingItemId: '91',
            untaxedCodeId: company.country === 'US' ? null : '10',
          },
          company,
          settings,
          rates: UK_RATES,
          current: null,
          mark: null,
        });
        // Folding makes the lines add up by itself: where there is a proportion, nothing is left to refuse.
        const isFolded = form.tax === 'fold' && company.country === 'US';
        if (isFolded && written.problems.length === 0) expect(written.refusal).toBeNull();
        if (written.problems.length > 0 || written.refusal !== null) return;
        expect(written.needsRoundingItem).toBe(false);
        const { DocNumber: _, ...body } = written.body;
        const made = simulator.control.act(realmId, {
          do: 'create',
          entity: 'Invoice',
          object: JSON.parse(JSON.stringify(body)) as JsonObject,
        });
        sent += 1;
        const stored = readEntity('Invoice', made.object);
        const after = salesFormAfter(stored, { document, company, settings });
        const isSaid = after.problem !== null || after.warnings.some(isOfAmounts);
        if (isSaid) {
          // Only a policy that lets it through, or the engine of the United States, comes to this.
          const isForeseen = !(company.partnerTax && settings.tax === 'quickbooks_computes');
          if (isForeseen) expect(settings.difference).not.toBe('refuse');
        } else expect(cents(Math.round(stored.TotalAmt * 100))).toBe(document.total);
        if (settings.difference === 'rounding_line' && after.problem === null) {
          expect(cents(Math.round(stored.TotalAmt * 100))).toBe(document.total);
        }
        expect(after.money.difference).toBe(
          cents(Math.round(stored.TotalAmt * 100 - Number(document.total) * 100)),
        );
      }),
      { numRuns: 300 },
    );
    // Most of what adds up is sent: refusing everything would hold the rule, too.
    expect(sent).toBeGreaterThan(100);
  });
});

const isOfAmounts = ({ name }: { name: string }) =>
  name === 'amount_differs' || name === 'tax_differs';
