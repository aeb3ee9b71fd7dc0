import type { InvoiceInput } from '../../src/contract/documents/index.js';

/** An invoice an app could state; the amounts add up unless an override says otherwise. */
export function anInvoice(overrides: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    number: 'INV-1',
    status: 'sent',
    issueDate: '2026-11-20',
    customer: { name: 'Harbor Lane Dental' },
    lines: [aLine()],
    total: '100.00',
    ...overrides,
  };
}

export function aLine(
  overrides: Partial<InvoiceInput['lines'][number]> = {},
): InvoiceInput['lines'][number] {
  return { name: 'Consulting', quantity: '1', unitPrice: '100.00', amount: '100.00', ...overrides };
}
