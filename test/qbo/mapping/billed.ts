import {
  type Bill,
  type BillInput,
  DOCUMENT_SCHEMAS,
} from '../../../src/contract/documents/index.js';
import { defaultSettings } from '../../../src/contract/profiles.js';
import type {
  PurchaseFormCompany,
  PurchaseFormSettings,
} from '../../../src/qbo/mapping/purchase-document.js';
import {
  type PurchaseFormBodyInput,
  type PurchaseFormReferences,
  purchaseFormBody,
} from '../../../src/qbo/mapping/purchase-form.js';
import type { RatesByCode } from '../../../src/qbo/mapping/tax-rates.js';

/** Bills as they come in, with what a test cares about laid over. */

export const US: PurchaseFormCompany = {
  country: 'US',
  homeCurrency: 'USD',
  multiCurrency: false,
  usingSalesTax: true,
  partnerTax: true,
  classTracking: 'off',
  trackLocations: false,
};
export const UK: PurchaseFormCompany = {
  ...US,
  country: 'GB',
  homeCurrency: 'GBP',
  partnerTax: false,
};
export const CANADA: PurchaseFormCompany = { ...UK, country: 'CA', homeCurrency: 'CAD' };

/** What the codes of the British sample company charge on purchases. */
export const UK_RATES: RatesByCode = new Map([
  ['4', [{ id: '10', percent: '0' }]],
  ['5', [{ id: '8', percent: '0' }]],
  ['6', [{ id: '4', percent: '20' }]],
  ['7', [{ id: '6', percent: '5' }]],
  ['10', [{ id: '14', percent: '0' }]],
  [
    '11',
    [
      { id: '15', percent: '20' },
      { id: '16', percent: '-20' },
    ],
  ],
]);

/** GST with the provincial tax of Quebec, and HST. */
export const CANADIAN_RATES: RatesByCode = new Map([
  [
    '21',
    [
      { id: '31', percent: '5' },
      { id: '32', percent: '9.975' },
    ],
  ],
  ['22', [{ id: '33', percent: '13' }]],
]);

/** Tax stays as it was billed, differences are refused. */
export const SETTINGS: PurchaseFormSettings = defaultSettings('supplier-invoices');

export type BillLineInput = BillInput['lines'][number];

export function lineOf(amount: string, over: Partial<BillLineInput> = {}): BillLineInput {
  return { account: { name: 'Materials' }, amount, ...over };
}

export function billOf(over: Partial<BillInput> = {}): Bill {
  return DOCUMENT_SCHEMAS.bill.parse({
    number: 'B-1',
    status: 'approved',
    date: '2026-11-18',
    vendor: { name: 'Timber & Co Ltd' },
    lines: [lineOf('100.00')],
    total: '100.00',
    ...over,
  });
}

/** Supplier 45, account 61 for every line, codes as the lines and `tax.lines` name them by id. */
export function referencesOf({ lines, tax }: Pick<Bill, 'lines' | 'tax'>): PurchaseFormReferences {
  const none = lines.map(() => null);
  return {
    vendorId: '45',
    vendorCurrency: null,
    payableAccountId: '33',
    locationId: null,
    termId: null,
    itemIds: lines.map(({ item }) => item?.recordId ?? null),
    accountIds: lines.map(({ item }) => (item === undefined ? '61' : null)),
    taxCodeIds: lines.map(({ taxCode }) => taxCode?.recordId ?? null),
    classIds: none,
    customerIds: none,
    taxLineCodeIds: (tax?.lines ?? []).map(({ taxCode }) => taxCode.recordId ?? null),
    order: null,
    rounding: null,
    untaxedCodeId: null,
  };
}

/** The body of a bill of a British company whose tax stays as it was billed. */
export function bodyOf(
  over: Partial<BillInput> = {},
  rest: Partial<Omit<PurchaseFormBodyInput, 'document' | 'settings' | 'references'>> & {
    settings?: Partial<PurchaseFormSettings>;
    references?: Partial<PurchaseFormReferences>;
  } = {},
) {
  const document = billOf(over);
  const { settings, references, ...input } = rest;
  return purchaseFormBody({
    entity: 'Bill',
    document,
    references: { ...referencesOf(document), ...references },
    company: UK,
    settings: { ...SETTINGS, ...settings },
    rates: UK_RATES,
    stored: null,
    ownOrders: [],
    mark: null,
    ...input,
  });
}
