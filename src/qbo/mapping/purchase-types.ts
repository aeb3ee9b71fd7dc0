import { z } from 'zod';
import { identity, maybe, number, type Ref, ref, text } from './answer-parts.js';
import { type QuickBooksTaxDetail, taxDetail } from './tax-types.js';

/** Purchase orders, bills and vendor credits: what is written of them, and what is read. */

/** What a form or a line is tied to; TxnLineId names one line of it. */
export interface QuickBooksTxnLink {
  TxnId: string;
  TxnType: string;
  TxnLineId?: string;
}

/** What a line is for; ItemRef, Qty and UnitPrice of goods, AccountRef of an amount. */
export interface QuickBooksExpenseDetail {
  ItemRef?: Ref;
  Qty?: number;
  UnitPrice?: number;
  AccountRef?: Ref;
  TaxCodeRef?: Ref;
  ClassRef?: Ref;
  CustomerRef?: Ref;
  BillableStatus?: string;
  /** Amount with tax, where prices include it; the line's Amount is then net. */
  TaxInclusiveAmt?: number;
}

export interface QuickBooksPurchaseLine {
  Id?: string;
  DetailType?: string;
  Amount?: number;
  Description?: string;
  ItemBasedExpenseLineDetail?: QuickBooksExpenseDetail;
  AccountBasedExpenseLineDetail?: QuickBooksExpenseDetail;
  LinkedTxn?: QuickBooksTxnLink[];
}

export interface QuickBooksPurchaseForm {
  Id?: string;
  SyncToken?: string;
  DocNumber?: string;
  TxnDate?: string;
  DueDate?: string;
  VendorRef: Ref;
  APAccountRef?: Ref;
  CurrencyRef?: Ref;
  SalesTermRef?: Ref;
  /** The location. */
  DepartmentRef?: Ref;
  /** Of purchase orders alone: a bill has no class of its own in the API (v3 schema). */
  ClassRef?: Ref;
  GlobalTaxCalculation?: string;
  PrivateNote?: string;
  /** Of purchase orders alone: `Open` or `Closed`. */
  POStatus?: string;
  /** Of bills: the purchase order they are for, and what paid them. */
  LinkedTxn?: QuickBooksTxnLink[];
  Line: QuickBooksPurchaseLine[];
  TxnTaxDetail?: QuickBooksTaxDetail;
  TotalAmt?: number;
}

const links = maybe(z.array(z.object({ TxnId: z.string(), TxnType: z.string(), TxnLineId: text })));

const expenseDetail = maybe(
  z.object({
    ItemRef: maybe(ref),
    Qty: number,
    UnitPrice: number,
    AccountRef: maybe(ref),
    TaxCodeRef: maybe(ref),
    ClassRef: maybe(ref),
    CustomerRef: maybe(ref),
    BillableStatus: text,
    TaxInclusiveAmt: number,
  }),
);

/** A purchase order, a bill or a vendor credit: what they have in common. */
export const purchaseForm = z.object({
  ...identity,
  DocNumber: text,
  TxnDate: text,
  DueDate: text,
  VendorRef: ref,
  APAccountRef: maybe(ref),
  CurrencyRef: maybe(ref),
  SalesTermRef: maybe(ref),
  DepartmentRef: maybe(ref),
  ClassRef: maybe(ref),
  GlobalTaxCalculation: text,
  PrivateNote: text,
  POStatus: text,
  LinkedTxn: links,
  Line: z.array(
    z.object({
      Id: text,
      DetailType: text,
      Amount: number,
      Description: text,
      ItemBasedExpenseLineDetail: expenseDetail,
      AccountBasedExpenseLineDetail: expenseDetail,
      LinkedTxn: links,
    }),
  ),
  TxnTaxDetail: maybe(taxDetail),
  TotalAmt: z.number(),
  Balance: number,
});
