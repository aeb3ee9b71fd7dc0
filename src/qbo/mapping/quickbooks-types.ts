import { z } from 'zod';

/**
 * The members of QuickBooks' objects this project writes or reads, and nothing else. What is
 * written has an interface; what is read also has a schema, because an answer from outside is
 * trusted for nothing: unknown members are ignored, a known member of the wrong type is an error.
 * Members and types: Intuit's reference pages and its published v3 schema.
 */

export interface Ref {
  value: string;
  name?: string;
}

export interface QuickBooksAddress {
  Line1?: string;
  Line2?: string;
  Line3?: string;
  Line4?: string;
  Line5?: string;
  City?: string;
  /** State, province or county. */
  CountrySubDivisionCode?: string;
  PostalCode?: string;
  Country?: string;
}

export interface QuickBooksSalesDetail {
  ItemRef?: Ref;
  Qty?: number;
  UnitPrice?: number;
  TaxCodeRef?: Ref;
  /** Amount with tax, where prices include it; the line's Amount is then net. */
  TaxInclusiveAmt?: number;
}

export interface QuickBooksLine {
  Id?: string;
  DetailType?: string;
  Amount?: number;
  Description?: string;
  SalesItemLineDetail?: QuickBooksSalesDetail;
}

export type GlobalTaxCalculation = 'TaxExcluded' | 'TaxInclusive' | 'NotApplicable';

/** As DocNumber: QuickBooks numbers the form although people number forms here (v3 schema). */
export const NUMBER_BY_QUICKBOOKS = 'AUTO_GENERATE';

export interface QuickBooksSalesForm {
  Id?: string;
  SyncToken?: string;
  sparse?: boolean;
  DocNumber?: string;
  TxnDate?: string;
  DueDate?: string;
  CustomerRef: Ref;
  CurrencyRef?: Ref;
  DepositToAccountRef?: Ref;
  PaymentMethodRef?: Ref;
  BillEmail?: { Address?: string };
  BillAddr?: QuickBooksAddress;
  ShipAddr?: QuickBooksAddress;
  GlobalTaxCalculation?: string;
  PrivateNote?: string;
  Line: QuickBooksLine[];
  TxnTaxDetail?: { TotalTax?: number };
  TotalAmt?: number;
}

export interface QuickBooksCustomer {
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
  ShipAddr?: QuickBooksAddress;
  PrimaryTaxIdentifier?: string;
  CurrencyRef?: Ref;
}

export interface QuickBooksItem {
  Name: string;
  Type: 'Service';
  Sku?: string;
  Description?: string;
  IncomeAccountRef: Ref;
}

/** Absent and null are the same to a reader. */
function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const text = maybe(z.string());
const flag = maybe(z.boolean());
const number = maybe(z.number());
const ref = z.object({ value: z.string(), name: text });
const metaData = maybe(z.object({ CreateTime: text, LastUpdatedTime: text }));
const identity = { Id: z.string().min(1), SyncToken: z.string(), MetaData: metaData };

const address = z.object({
  Line1: text,
  Line2: text,
  Line3: text,
  Line4: text,
  Line5: text,
  City: text,
  CountrySubDivisionCode: text,
  PostalCode: text,
  Country: text,
});

const line = z.object({
  Id: text,
  DetailType: text,
  Amount: number,
  Description: text,
  SalesItemLineDetail: maybe(
    z.object({
      ItemRef: maybe(ref),
      Qty: number,
      UnitPrice: number,
      TaxCodeRef: maybe(ref),
      TaxInclusiveAmt: number,
    }),
  ),
});

/** An invoice, a sales receipt or a credit memo: what they have in common. */
const salesForm = z.object({
  ...identity,
  DocNumber: text,
  TxnDate: text,
  DueDate: text,
  CustomerRef: ref,
  CurrencyRef: maybe(ref),
  DepositToAccountRef: maybe(ref),
  PaymentMethodRef: maybe(ref),
  BillEmail: maybe(z.object({ Address: text })),
  BillAddr: maybe(address),
  ShipAddr: maybe(address),
  GlobalTaxCalculation: text,
  PrivateNote: text,
  Line: z.array(line),
  TxnTaxDetail: maybe(z.object({ TotalTax: number })),
  TotalAmt: z.number(),
  Balance: number,
  LinkedTxn: maybe(z.array(z.object({ TxnId: z.string(), TxnType: z.string() }))),
});

const SCHEMAS = {
  Invoice: salesForm,
  SalesReceipt: salesForm,
  CreditMemo: salesForm,
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
  Account: z.object({
    ...identity,
    Name: z.string(),
    FullyQualifiedName: text,
    AcctNum: text,
    AccountType: text,
    AccountSubType: text,
    Classification: text,
    CurrencyRef: maybe(ref),
    ParentRef: maybe(ref),
    Active: flag,
  }),
  TaxCode: z.object({
    ...identity,
    /** Missing from the codes QuickBooks brings itself. */
    SyncToken: text,
    Name: z.string(),
    Description: text,
    Active: flag,
    Hidden: flag,
    Taxable: flag,
    TaxGroup: flag,
    SalesTaxRateList: maybe(
      z.object({ TaxRateDetail: maybe(z.array(z.object({ TaxRateRef: maybe(ref) }))) }),
    ),
  }),
  CompanyInfo: z.object({
    CompanyName: z.string(),
    Country: z.string().min(1),
    DefaultTimeZone: text,
    NameValue: maybe(z.array(z.object({ Name: text, Value: text }))),
  }),
  Preferences: z.object({
    AccountingInfoPrefs: maybe(z.object({ BookCloseDate: text })),
    CurrencyPrefs: maybe(z.object({ HomeCurrency: maybe(ref), MultiCurrencyEnabled: flag })),
    SalesFormsPrefs: maybe(z.object({ CustomTxnNumbers: flag })),
    TaxPrefs: maybe(z.object({ UsingSalesTax: flag, PartnerTaxEnabled: flag })),
  }),
} as const;

/** Objects of QuickBooks that can be read here. */
export type ReadableEntity = keyof typeof SCHEMAS;

/** An object as QuickBooks stored it. */
export type Stored<Entity extends ReadableEntity> = z.output<(typeof SCHEMAS)[Entity]>;
export type StoredSalesForm = Stored<'Invoice'>;
export type StoredCustomer = Stored<'Customer'>;

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
