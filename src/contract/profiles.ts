import type { Settings } from './settings.js';

const shared = {
  provenanceMark: true,
  imports: { contacts: false, invoices: false },
  payments: false,
  reviewRequest: false,
  nightlyAt: '02:00',
  timeZone: 'company',
  drift: 'keep_theirs',
  unknownOutcome: { first: 'replay', requestidTrustMs: 300_000, unnumbered: 'person' },
  accounts: {},
  direction: 'to_quickbooks',
  cutOff: 'none',
  finalization: false,
  lock: 'none',
  setupRequires: [],
  refreshSystemTypes: [],
  dimensions: { location: true, class: true, customerOrProject: true },
  purchaseOrdersAs: 'purchase_order',
  referenceTo: 'memo',
  difference: 'refuse',
  roundingItem: 'Rounding',
  shippingItem: 'Shipping',
  closedPeriod: 'fail',
  releaseWhenFixed: false,
  quickbooksEmails: false,
  unitWord: 'item',
} as const;

const ownProduct = {
  mode: 'by_name',
  otherAccount: 'warn',
  genericName: 'Inventory',
  groupBy: [],
  onePerPrice: false,
  description: '',
} as const;

const vendor = {
  match: ['name'],
  missing: 'create',
  update: false,
  updateNeedsRight: false,
  nameTaken: 'fail',
  suffix: ' (V)',
} as const;

const asStated = { sendWhen: 'stated', nameTaken: 'fail', suffix: ' (C)' } as const;

/**
 * Named default settings. A profile is nothing else: no code asks which profile a connection has,
 * only what its settings say.
 */
export const PROFILES = {
  'export-on-click': {
    ...shared,
    start: 'click',
    finalization: true,
    refreshSystemTypes: ['Metrc', 'Standalone'],
    sendWhen: ['released'],
    onceOnly: true,
    modules: ['invoice', 'customer'],
    customer: { ...asStated, match: ['name'], missing: 'create', update: false },
    vendor,
    item: { ...ownProduct, missing: 'create' },
    tax: 'quickbooks_computes',
    documentWord: 'order',
    refreshLabel: 'Sync my QuickBooks Online',
  },
  'auto-invoices': {
    ...shared,
    start: 'automatic',
    sendWhen: ['draft', 'released', 'sent', 'approved', 'paid'],
    onceOnly: false,
    modules: ['invoice', 'customer'],
    customer: { ...asStated, match: ['name'], missing: 'fail', update: false },
    vendor,
    item: { ...ownProduct, missing: 'fail' },
    tax: 'quickbooks_computes',
    documentWord: 'invoice',
    refreshLabel: 'Force Sync from QB',
  },
  crm: {
    ...shared,
    imports: { contacts: true, invoices: false },
    payments: true,
    start: 'automatic',
    sendWhen: ['sent', 'paid'],
    onceOnly: false,
    cutOff: 'connected',
    modules: ['invoice', 'sales_receipt', 'credit_memo', 'payment', 'customer'],
    customer: {
      sendWhen: 'used',
      match: ['email'],
      missing: 'create',
      update: true,
      nameTaken: 'suffix',
      suffix: ' (C)',
    },
    vendor,
    item: { ...ownProduct, missing: 'create' },
    tax: 'fold',
    documentWord: 'invoice',
    refreshLabel: 'Refresh lists',
  },
  'device-resale': {
    ...shared,
    payments: true,
    setupRequires: ['accounts.income', 'accounts.expense'],
    start: 'click',
    sendWhen: ['draft', 'released', 'sent', 'approved', 'paid', 'received', 'matched', 'closed'],
    onceOnly: false,
    modules: ['invoice', 'purchase_order', 'customer', 'vendor'],
    customer: { ...asStated, match: ['name'], missing: 'create', update: false },
    vendor,
    item: {
      mode: 'generic',
      genericName: 'WholeCell Inventory',
      missing: 'create',
      otherAccount: 'warn',
      groupBy: ['model', 'condition'],
      onePerPrice: false,
      description: '{model} · Condition {condition}',
    },
    tax: 'quickbooks_computes',
    documentWord: 'invoice',
    unitWord: 'device',
    refreshLabel: 'Refresh',
  },
  'supplier-invoices': {
    ...shared,
    lock: 'trial',
    setupRequires: ['accounts.payable', 'lists'],
    // The private note is the app's reference and nothing else: a supplier's number tells its bill.
    provenanceMark: false,
    start: 'automatic',
    sendWhen: ['approved'],
    onceOnly: false,
    modules: ['bill', 'vendor_credit', 'vendor'],
    customer: { ...asStated, match: ['name'], missing: 'fail', update: false },
    vendor: { ...vendor, missing: 'needs_right', update: true, updateNeedsRight: true },
    item: { ...ownProduct, missing: 'fail' },
    tax: 'as_billed',
    documentWord: 'invoice',
    refreshLabel: 'Download',
  },
} as const satisfies Record<string, Settings | ReadonlySettings>;

type ReadonlySettings = { readonly [Key in keyof Settings]: DeepReadonly<Settings[Key]> };
type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = Object.keys(PROFILES) as [ProfileName, ...ProfileName[]];

/** A fresh copy of a profile's defaults. */
export function defaultSettings(profile: ProfileName): Settings {
  return structuredClone(PROFILES[profile]) as unknown as Settings;
}
