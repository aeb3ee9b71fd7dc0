import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvoiceInput } from '../../../src/contract/documents/index.js';
import { DOCUMENT_SCHEMAS } from '../../../src/contract/documents/index.js';
import type { QuickBooksSalesForm } from '../../../src/qbo/mapping/quickbooks-types.js';
import { salesFormBody } from '../../../src/qbo/mapping/sales-form.js';
import { referencesOf, SETTINGS, UK, UK_RATES, US } from './stated.js';

// What QuickBooks takes, stated here once more and not taken from the code: lengths of Intuit's
// reference page of Invoice. A body without problems keeps to them, whatever the document says.

const longText = (most: number) =>
  fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.integer({ min: Math.max(1, most - 30), max: most + 2 }).map((length) => 'x'.repeat(length)),
  );
const cents = (amount: number) => (amount / 100).toFixed(2);
const anAmount = fc.integer({ min: 0, max: 10 ** 12 });

const anInput = fc.record({
  number: longText(21).filter((text) => text.trim() !== ''),
  memo: longText(4_000),
  reference: longText(2_000),
  email: fc.oneof(fc.constant('dana@example.com'), longText(100)),
  line1: longText(500),
  city: longText(255),
  postalCode: longText(30),
  lines: fc.array(fc.record({ amount: anAmount, description: longText(4_000) }), {
    minLength: 1,
    maxLength: 4,
  }),
  tax: anAmount,
  mode: fc.constantFrom('fold' as const, 'as_billed' as const, 'quickbooks_computes' as const),
  company: fc.constantFrom(US, UK),
  emails: fc.boolean(),
});

describe('a body', () => {
  it('never breaks a limit of QuickBooks, and never asks for an e-mail unbidden', () => {
    let kept = 0;
    fc.assert(
      fc.property(anInput, (input) => {
        const stated = documentOf(input);
        const parsed = DOCUMENT_SCHEMAS.invoice.safeParse(stated);
        if (!parsed.success) return;
        const document = parsed.data;
        const { body, problems } = salesFormBody({
          entity: 'Invoice',
          document,
          references: { ...referencesOf(document), taxCodeIds: document.lines.map(() => '6') },
          company: input.company,
          settings: {
            ...SETTINGS,
            tax: input.mode,
            difference: 'warn',
            quickbooksEmails: input.emails,
          },
          rates: UK_RATES,
          current: null,
          mark: 'k3Jx-9_a',
        });
        if (problems.length > 0) return;
        kept += 1;
        expect(brokenBy(JSON.parse(JSON.stringify(body)))).toEqual([]);
        if (!input.emails) expect(body).not.toHaveProperty('EmailStatus');
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(50);
  });
});

function documentOf(input: typeof anInput extends fc.Arbitrary<infer V> ? V : never): InvoiceInput {
  const sold = input.lines.reduce((sum, { amount }) => sum + amount, 0);
  return {
    number: input.number,
    status: 'sent',
    issueDate: '2026-11-20',
    memo: input.memo,
    reference: input.reference,
    billingEmail: input.email,
    customer: {
      name: 'Birch',
      billAddress: { line1: input.line1, city: input.city, postalCode: input.postalCode },
    },
    lines: input.lines.map(({ amount, description }) => ({
      name: 'Board',
      description,
      quantity: '3',
      unitPrice: cents(amount),
      amount: cents(amount),
      taxCode: { name: 'TAX' },
    })),
    tax: { total: cents(input.tax) },
    total: cents(sold + input.tax),
  };
}

function brokenBy(body: QuickBooksSalesForm): string[] {
  const texts: [string, string | undefined, number][] = [
    ['DocNumber', body.DocNumber, 21],
    ['PrivateNote', body.PrivateNote, 4_000],
    ['BillEmail', body.BillEmail?.Address, 100],
    ['BillAddr.Line1', body.BillAddr?.Line1, 500],
    ['BillAddr.City', body.BillAddr?.City, 255],
    ['BillAddr.PostalCode', body.BillAddr?.PostalCode, 30],
    ...body.Line.map(({ Description }, index): [string, string | undefined, number] => [
      `Line.${index}.Description`,
      Description,
      4_000,
    ]),
  ];
  const broken = texts.flatMap(([member, text, most]) =>
    (text ?? '').length > most ? [member] : [],
  );
  for (const [index, line] of body.Line.entries()) {
    const digits = JSON.stringify(line.Amount).replace(/\D/g, '');
    if (digits.length > 15 || /e/.test(JSON.stringify(line.Amount))) broken.push(`Line.${index}`);
    const { UnitPrice } = line.SalesItemLineDetail ?? {};
    const decimals = JSON.stringify(UnitPrice ?? 0).split('.')[1] ?? '';
    if (decimals.length > 7) broken.push(`Line.${index}.UnitPrice`);
  }
  return broken;
}
