import { z } from 'zod';
import {
  address,
  flag,
  identity,
  maybe,
  number,
  type QuickBooksAddress,
  type Ref,
  ref,
  text,
} from './answer-parts.js';
import { account, namedList, taxCode, taxRate } from './list-types.js';
import { purchaseForm } from './purchase-types.js';
import { salesForm } from './sales-types.js';

export type { QuickBooksAddress, Ref } from './answer-parts.js';
export type {
  QuickBooksExpenseDetail,
  QuickBooksPurchaseForm,
  QuickBooksPurchaseLine,
  QuickBooksTxnLink,
} from './purchase-types.js';
export {
  NUMBER_BY_QUICKBOOKS,
  type QuickBooksLine,
  type QuickBooksSalesDetail,
  type QuickBooksSalesForm,
  SHIPPING_ITEM,
} from './sales-types.js';
export type {
  GlobalTaxCalculation,
  QuickBooksTaxDetail,
  QuickBooksTaxLine,
} from './tax-types.js';

/**
 * The members of QuickBooks' objects this project writes or reads, and nothing else. What is
 * written has an interface; what is read also has a schema, because an answer from outside is
 * trusted for nothing: unknown members are ignored, a known member of the wrong type is an error.
 * Members and types: Intuit's reference pages and its published v3 schema.
 */

/** What one line of a payment is applied to, and with how much of it. */
export interface QuickBooksPaymentLine {
  Amount?: number;
  LinkedTxn?: { TxnId: string; TxnType: string }[];
}

export interface QuickBooksPayment {
  Id?: string;
  SyncToken?: string;
  sparse?: boolean;
  TxnDate?: string;
  CustomerRef: Ref;
  TotalAmt: number;
  CurrencyRef?: Ref;
  PaymentRefNum?: string;
  PaymentMethodRef?: Ref;
  DepositToAccountRef?: Ref;
  ARAccountRef?: Ref;
  PrivateNote?: string;
  Line?: QuickBooksPaymentLine[];
}

/** What customers and suppliers have in common. */
export interface QuickBooksParty {
  Id?: string;
  SyncToken?: string;
  sparse?: boolean;
  DisplayName?: string;
  GivenName?: string;
  FamilyName?: string;
  CompanyName?: string;
  PrimaryEmailAddr?: { Address?: string };
  PrimaryPhone?: { FreeFormNumber?: string };
  BillAddr?: QuickBooksAddress;
  CurrencyRef?: Ref;
}

export interface QuickBooksCustomer extends QuickBooksParty {
  ShipAddr?: QuickBooksAddress;
  PrimaryTaxIdentifier?: string;
}

export interface QuickBooksVendor extends QuickBooksParty {
  TaxIdentifier?: string;
  TermRef?: Ref;
}

export interface QuickBooksItem {
  Name: string;
  Type: 'Service';
  Sku?: string;
  Description?: string;
  IncomeAccountRef: Ref;
  ExpenseAccountRef?: Ref;
}

/** Transactions a line or a form is tied to. */
const links = maybe(z.array(z.object({ TxnId: z.string(), TxnType: z.string() })));

const SCHEMAS = {
  Invoice: salesForm,
  SalesReceipt: salesForm,
  CreditMemo: salesForm,
  PurchaseOrder: purchaseForm,
  Bill: purchaseForm,
  VendorCredit: purchaseForm,
  Payment: z.object({
    ...identity,
    TxnDate: text,
    CustomerRef: ref,
    TotalAmt: z.number(),
    /** Money that is applied to nothing: the customer's credit. */
    UnappliedAmt: number,
    CurrencyRef: maybe(ref),
    PaymentRefNum: text,
    PaymentMethodRef: maybe(ref),
    DepositToAccountRef: maybe(ref),
    ARAccountRef: maybe(ref),
    PrivateNote: text,
    Line: maybe(z.array(z.object({ Amount: number, LinkedTxn: links }))),
  }),
  Attachable: z.object({
    ...identity,
    FileName: text,
    /** In bytes. */
    Size: maybe(z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])),
    Note: text,
    AttachableRef: maybe(
      z.array(z.object({ EntityRef: maybe(z.object({ type: text, value: text })) })),
    ),
  }),
  Customer: z.object({
    ...identity,
    DisplayName: z.string(),
    FullyQualifiedName: text,
    GivenName: text,
    FamilyName: text,
    CompanyName: text,
    PrimaryEmailAddr: maybe(z.object({ Address: text })),
    PrimaryPhone: maybe(z.object({ FreeFormNumber: text })),
    BillAddr: maybe(address),
    ShipAddr: maybe(address),
    /** Masked by QuickBooks when read. */
    PrimaryTaxIdentifier: text,
    CurrencyRef: maybe(ref),
    Active: flag,
    Job: flag,
    IsProject: flag,
    ParentRef: maybe(ref),
  }),
  Vendor: z.object({
    ...identity,
    DisplayName: z.string(),
    GivenName: text,
    FamilyName: text,
    CompanyName: text,
    /** Our account number with them. */
    AcctNum: text,
    PrimaryEmailAddr: maybe(z.object({ Address: text })),
    PrimaryPhone: maybe(z.object({ FreeFormNumber: text })),
    BillAddr: maybe(address),
    /** Masked by QuickBooks when read. */
    TaxIdentifier: text,
    TermRef: maybe(ref),
    APAccountRef: maybe(ref),
    CurrencyRef: maybe(ref),
    Active: flag,
  }),
  Item: z.object({
    ...identity,
    Name: z.string(),
    FullyQualifiedName: text,
    Type: text,
    Sku: text,
    Description: text,
    Active: flag,
    Taxable: flag,
    IncomeAccountRef: maybe(ref),
    ExpenseAccountRef: maybe(ref),
    ParentRef: maybe(ref),
  }),
  Account: account,
  TaxCode: taxCode,
  TaxRate: taxRate,
  Class: namedList,
  Department: namedList,
  Term: namedList,
  PaymentMethod: namedList,
  CompanyInfo: z.object({
    CompanyName: z.string(),
    Country: z.string().min(1),
    DefaultTimeZone: text,
    NameValue: maybe(z.array(z.object({ Name: text, Value: text }))),
  }),
  Preferences: z.object({
    AccountingInfoPrefs: maybe(
      z.object({
        BookCloseDate: text,
        ClassTrackingPerTxn: flag,
        ClassTrackingPerTxnLine: flag,
        TrackDepartments: flag,
      }),
    ),
    CurrencyPrefs: maybe(z.object({ HomeCurrency: maybe(ref), MultiCurrencyEnabled: flag })),
    SalesFormsPrefs: maybe(
      z.object({ CustomTxnNumbers: flag, AllowDiscount: flag, AllowShipping: flag }),
    ),
    TaxPrefs: maybe(z.object({ UsingSalesTax: flag, PartnerTaxEnabled: flag })),
  }),
} as const;

/** Objects of QuickBooks that can be read here. */
export type ReadableEntity = keyof typeof SCHEMAS;

/** An object as QuickBooks stored it. */
export type Stored<Entity extends ReadableEntity> = z.output<(typeof SCHEMAS)[Entity]>;
export type StoredSalesForm = Stored<'Invoice'>;
export type StoredPurchaseForm = Stored<'Bill'>;
export type StoredCustomer = Stored<'Customer'>;
export type StoredVendor = Stored<'Vendor'>;

const MEMBERS_NAMED_MAX = 5;

/**
 * QuickBooks answered an object whose members are not what its reference says. Names the members
 * and never their values. Whoever sent a write treats its outcome as unknown.
 */
export class UnexpectedShapeError extends Error {
  override readonly name = 'UnexpectedShapeError';

  constructor(
    readonly entity: string,
    readonly members: readonly string[],
  ) {
    super(`QuickBooks answered ${entity} in an unexpected shape: ${members.join(', ')}`);
  }
}

/**
 * Reads one object out of an answer: the value of `{"Invoice": …}` or a row of a query.
 * @throws UnexpectedShapeError where a needed member is missing or has the wrong type
 */
export function readEntity<Entity extends ReadableEntity>(
  entity: Entity,
  json: unknown,
): Stored<Entity> {
  const result = SCHEMAS[entity].safeParse(json);
  if (result.success) return result.data as Stored<Entity>;
  const paths = result.error.issues.map((issue) => issue.path.map(String).join('.') || '(whole)');
  throw new UnexpectedShapeError(entity, [...new Set(paths)].slice(0, MEMBERS_NAMED_MAX));
}
