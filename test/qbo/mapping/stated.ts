import {
  type CustomerInput,
  DOCUMENT_SCHEMAS,
  type Invoice,
  type InvoiceInput,
} from '../../../src/contract/documents/index.js';
import { readEntity, type StoredSalesForm } from '../../../src/qbo/mapping/quickbooks-types.js';
import {
  type SalesFormBodyInput,
  type SalesFormCompany,
  salesFormBody,
} from '../../../src/qbo/mapping/sales-form.js';

/** Documents and answers as they come in, with what a test cares about laid over. */

export const US: SalesFormCompany = {
  country: 'US',
  homeCurrency: 'USD',
  multiCurrency: false,
  customTxnNumbers: false,
};
export const UK: SalesFormCompany = { ...US, country: 'GB', homeCurrency: 'GBP' };

export type LineInput = InvoiceInput['lines'][number];

export function lineOf(over: Partial<LineInput> = {}): LineInput {
  return { name: 'Pine board', quantity: '2', unitPrice: '12.50', amount: '25.00', ...over };
}

export function invoiceOf(over: Partial<InvoiceInput> = {}): Invoice {
  return DOCUMENT_SCHEMAS.invoice.parse({
    number: 'A-1',
    status: 'sent',
    issueDate: '2026-11-20',
    customer: { name: 'Birch & Sons' },
    lines: [lineOf()],
    total: '25.00',
    ...over,
  });
}

export function customerOf(over: Partial<CustomerInput> = {}) {
  return DOCUMENT_SCHEMAS.customer.parse({ displayName: 'Birch & Sons', ...over });
}

/** The body of an invoice whose customer is 58 and whose items are 19, 20, 21 … */
export function bodyOf(
  over: Partial<InvoiceInput> = {},
  rest: Partial<Omit<SalesFormBodyInput, 'document' | 'entity'>> & {
    taxCodeIds?: (string | null)[];
  } = {},
) {
  const document = invoiceOf(over);
  const { taxCodeIds, ...input } = rest;
  return salesFormBody({
    entity: 'Invoice',
    document,
    references: {
      customerId: '58',
      itemIds: document.lines.map((_, index) => String(19 + index)),
      taxCodeIds: taxCodeIds ?? document.lines.map(() => null),
      depositAccountId: null,
      paymentMethodId: null,
    },
    company: US,
    current: null,
    mark: null,
    ...input,
  });
}

/** What QuickBooks stores of a body, the way it answers it. */
export function storedInvoice(body: object, over: object = {}): StoredSalesForm {
  return readEntity('Invoice', {
    Id: '145',
    SyncToken: '0',
    domain: 'QBO',
    sparse: false,
    TotalAmt: 25,
    Balance: 25,
    TxnTaxDetail: { TotalTax: 0 },
    MetaData: { LastUpdatedTime: '2026-11-20T09:00:00-08:00' },
    ...body,
    ...over,
  });
}

/** QuickBooks adds a subtotal behind the lines it was sent. */
export function withSubtotal(lines: readonly object[], amount: number) {
  return [...lines, { Amount: amount, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} }];
}
