import {
  type CustomerInput,
  DOCUMENT_SCHEMAS,
  type Invoice,
  type InvoiceInput,
} from '../../../src/contract/documents/index.js';
import { defaultSettings } from '../../../src/contract/profiles.js';
import { readEntity, type StoredSalesForm } from '../../../src/qbo/mapping/quickbooks-types.js';
import {
  type SalesFormBodyInput,
  type SalesFormCompany,
  type SalesFormReferences,
  type SalesFormSettings,
  salesFormBody,
} from '../../../src/qbo/mapping/sales-form.js';
import type { RatesByCode } from '../../../src/qbo/mapping/tax-rates.js';

/** Documents and answers as they come in, with what a test cares about laid over. */

export const US: SalesFormCompany = {
  country: 'US',
  homeCurrency: 'USD',
  multiCurrency: false,
  customTxnNumbers: false,
  usingSalesTax: true,
  partnerTax: true,
  allowDiscount: true,
  allowShipping: false,
  classTracking: 'off',
  trackLocations: false,
};
export const UK: SalesFormCompany = {
  ...US,
  country: 'GB',
  homeCurrency: 'GBP',
  partnerTax: false,
};

/** Rates of the tax codes 6 (20 %), 7 (5 %) and 10 (none) of a British company. */
export const UK_RATES: RatesByCode = new Map([
  ['6', [{ id: '3', percent: '20' }]],
  ['7', [{ id: '5', percent: '5' }]],
  ['10', [{ id: '13', percent: '0' }]],
]);

/** Settings under which QuickBooks computes and differences are refused. */
export const SETTINGS: SalesFormSettings = {
  tax: 'quickbooks_computes',
  difference: 'refuse',
  dimensions: { location: true, class: true, customerOrProject: true },
  quickbooksEmails: false,
  item: defaultSettings('auto-invoices').item,
  unitWord: 'item',
};

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
  rest: Partial<Omit<SalesFormBodyInput, 'document' | 'entity' | 'settings' | 'references'>> & {
    taxCodeIds?: (string | null)[];
    settings?: Partial<SalesFormSettings>;
    references?: Partial<SalesFormReferences>;
  } = {},
) {
  const document = invoiceOf(over);
  const { taxCodeIds, settings, references, ...input } = rest;
  return salesFormBody({
    entity: 'Invoice',
    document,
    references: {
      ...referencesOf(document),
      ...(taxCodeIds === undefined ? {} : { taxCodeIds }),
      ...references,
    },
    company: US,
    settings: { ...SETTINGS, ...settings },
    rates: new Map(),
    current: null,
    mark: null,
    ...input,
  });
}

/** Customer 58, items 19, 20, 21 …, and nothing else that is known. */
export function referencesOf({ lines }: Pick<Invoice, 'lines'>): SalesFormReferences {
  return {
    customerId: '58',
    customerCurrency: null,
    itemIds: lines.map((_, index) => String(19 + index)),
    taxCodeIds: lines.map(() => null),
    classIds: lines.map(() => null),
    taxLineCodeIds: [],
    shippingItemId: null,
    roundingItemId: null,
    untaxedCodeId: null,
    depositAccountId: null,
    paymentMethodId: null,
    locationId: null,
    termId: null,
  };
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
