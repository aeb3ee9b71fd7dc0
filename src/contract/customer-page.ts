import { z } from 'zod';
import type { ProfileName } from './profiles.js';
import type { RecordType } from './run.js';

/**
 * What an app's customer finds on their page, profile by profile: words of buttons, settings they may
 * change, lists they may look into. A setting that does not stand here is the app's or support's affair.
 */

export interface CustomerSetting {
  /** Path within the settings, for example `customer.missing`. */
  path: string;
  label: string;
  /** What it does, for somebody who keeps books. */
  meaning: string;
  /** Choices of a word, or of several, with what people read. */
  choices?: Readonly<Record<string, string>>;
  /** When it is shown. Default: once QuickBooks is connected; `always`: before that as well. */
  when?: 'first' | 'always';
  /** Said beside it. */
  caution?: string;
}

export interface CustomerPage {
  connectLabel: string;
  disconnectLabel: string;
  settings: readonly CustomerSetting[];
  /** Lists of QuickBooks that the app uses; those of `hidable` can be kept out of its pick lists. */
  lists: readonly RecordType[];
  hidable: readonly RecordType[];
}

const direction: CustomerSetting = {
  path: 'direction',
  label: 'Sync type',
  meaning: 'Whether documents go to QuickBooks at all.',
  choices: { to_quickbooks: 'One-way sync, to QuickBooks', off: 'Off' },
};
const modules: CustomerSetting = {
  path: 'modules',
  label: 'Modules',
  meaning: 'What of the application goes to QuickBooks.',
  choices: { invoice: 'Invoices', customer: 'Customers' },
};
const income: CustomerSetting = {
  path: 'accounts.income',
  label: 'Income account',
  meaning: 'Products that are added to QuickBooks are coded to it. Usually "Sales".',
};
const location: CustomerSetting = {
  path: 'dimensions.location',
  label: 'Transfer the location',
  meaning: 'The location of a document comes over to QuickBooks.',
};

export const CUSTOMER_PAGES: Readonly<Record<ProfileName, CustomerPage>> = {
  'export-on-click': {
    connectLabel: 'Connect to QuickBooks',
    disconnectLabel: 'Disconnect from QuickBooks',
    settings: [
      income,
      {
        path: 'accounts.receivable',
        label: 'Accounts receivable account',
        meaning: 'Payments are booked against it.',
      },
    ],
    lists: ['account', 'customer', 'item'],
    hidable: [],
  },
  'auto-invoices': {
    connectLabel: 'Connect to QuickBooks',
    disconnectLabel: 'Disconnect',
    settings: [modules, direction],
    lists: ['customer', 'item', 'tax_code'],
    hidable: [],
  },
  'device-resale': {
    connectLabel: 'Get Started',
    disconnectLabel: 'Disconnect',
    settings: [
      {
        path: 'item.genericName',
        label: 'Inventory name',
        meaning:
          'The product on every line of an invoice in QuickBooks; the details go into its description.',
      },
      { ...income, meaning: 'Lines of invoices are coded to it. Usually "Sales".' },
      {
        path: 'accounts.expense',
        label: 'Expense account',
        meaning: 'Has to be filled in; "Uncategorized Expense" is fine.',
      },
      {
        path: 'purchaseOrdersAs',
        label: 'Sync POs to',
        meaning: 'Purchase orders need QuickBooks Plus; take bills with other plans.',
        choices: { purchase_order: 'Purchase Orders', bill: 'Bills' },
      },
    ],
    lists: ['account', 'customer', 'vendor'],
    hidable: [],
  },
  crm: {
    connectLabel: 'QB Connect',
    disconnectLabel: 'Disconnect',
    settings: [
      {
        path: 'imports.invoices',
        label: 'Import invoices',
        meaning:
          'Brings the invoices that are in QuickBooks already, once, when it is connected for the first time. Without it only new invoices go to QuickBooks.',
        when: 'first',
      },
      {
        path: 'reviewRequest',
        label: 'Review requests',
        meaning: 'Asks a contact for a review when their first invoice is paid in full.',
        when: 'always',
        caution: 'Leave it off if you do not want review requests to be sent to your contacts.',
      },
      {
        path: 'accounts.deposit',
        label: 'Account for money received',
        meaning: 'Without one, QuickBooks keeps it under undeposited funds.',
      },
    ],
    lists: ['customer', 'item'],
    hidable: [],
  },
  'supplier-invoices': {
    connectLabel: 'Connect',
    disconnectLabel: 'Disconnect',
    settings: [
      {
        path: 'accounts.payable',
        label: 'Credit account',
        meaning: 'Supplier invoices are booked against it, often "Accounts Payable (A/P)".',
      },
      location,
      {
        path: 'dimensions.class',
        label: 'Transfer the class',
        meaning: 'The class of a line comes over to QuickBooks.',
      },
      {
        path: 'dimensions.customerOrProject',
        label: 'Transfer the customer or project',
        meaning: 'The customer or project of a line comes over to QuickBooks.',
      },
      {
        path: 'referenceTo',
        label: 'Reference goes to',
        meaning: 'Where the reference of an invoice is shown in QuickBooks.',
        choices: { memo: 'Private note', number: 'Bill number' },
      },
      {
        path: 'vendor.update',
        label: 'Update suppliers',
        meaning: 'Suppliers in QuickBooks may be changed from the application.',
      },
    ],
    lists: ['vendor', 'account', 'tax_code', 'class', 'department', 'customer'],
    hidable: ['account', 'tax_code'],
  },
};

/** Times are ISO 8601 in UTC. */
export const customerConnection = z.object({
  name: z.string(),
  status: z.string(),
  /** What the status means and what to do, in plain words. */
  explained: z.string(),
  company: z.string().nullable(),
  /** Until when a hold that is on keeps everything back; null: none is. */
  heldUntil: z.string().nullable(),
  /** Buttons, each with its label. */
  actions: z.array(z.object({ action: z.string(), label: z.string() })),
  /** What is missing before anything is sent, in words. */
  missing: z.array(z.string()),
  accessRequestedAt: z.string().nullable(),
  settings: z.array(
    z.object({
      path: z.string(),
      label: z.string(),
      meaning: z.string(),
      caution: z.string().nullable(),
      /** `choices`: any of them; the value then may hold words that are not offered, which stay. */
      control: z.enum(['switch', 'choice', 'choices', 'text', 'account']),
      choices: z.array(z.object({ value: z.string(), label: z.string() })),
      /** Of an account: its id in QuickBooks, as far as it is known. */
      value: z.union([z.boolean(), z.string(), z.array(z.string())]).nullable(),
      /** The account's name. */
      shown: z.string().nullable(),
    }),
  ),
  lists: z.array(
    z.object({
      type: z.string(),
      label: z.string(),
      isHidable: z.boolean(),
      refreshedAt: z.string().nullable(),
      stale: z.boolean(),
    }),
  ),
  /** When lists are read by themselves, each night; the time zone is null until the company's is known. */
  nightly: z.object({ at: z.string(), timeZone: z.string().nullable() }).nullable(),
  /** The newest reading of lists; null: there was none. */
  run: z
    .object({
      types: z.array(z.string()),
      isOpen: z.boolean(),
      status: z.string(),
      details: z.string(),
      done: z.int(),
      of: z.int().nullable(),
      endedAt: z.string().nullable(),
    })
    .nullable(),
  /** To be sent back as `x-csrf-token` with everything that changes something. */
  csrfToken: z.string(),
});
export type CustomerConnection = z.infer<typeof customerConnection>;
export type ShownSetting = CustomerConnection['settings'][number];

export const customerRecordPage = z.object({
  records: z.array(
    z.object({
      recordId: z.string(),
      name: z.string(),
      /** With what it lies below, as QuickBooks shows it: `Office:Paper`. */
      fullName: z.string(),
      number: z.string().nullable(),
      active: z.boolean(),
      hidden: z.boolean(),
    }),
  ),
  after: z.string().nullable(),
});
export type CustomerRecordPage = z.infer<typeof customerRecordPage>;
export type CustomerRecord = CustomerRecordPage['records'][number];

/** What waits or failed, newest first. */
export const customerDocumentPage = z.object({
  documents: z.array(
    z.object({
      /** The app's word and its number: `order A-17`. */
      title: z.string(),
      status: z.string(),
      label: z.string(),
      details: z.string(),
      party: z.string().nullable(),
      total: z.string().nullable(),
      currency: z.string().nullable(),
      updatedAt: z.string(),
    }),
  ),
  after: z.string().nullable(),
});
export type CustomerDocumentPage = z.infer<typeof customerDocumentPage>;

export const pageLinkAnswer = z.object({ url: z.string(), expiresAt: z.string() });
export type PageLinkAnswer = z.infer<typeof pageLinkAnswer>;
