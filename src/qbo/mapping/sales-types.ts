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
import { type QuickBooksTaxDetail, taxDetail } from './tax-types.js';

/** Invoices, sales receipts and credit memos: what is written of them, and what is read. */

export interface QuickBooksSalesDetail {
  ItemRef?: Ref;
  Qty?: number;
  UnitPrice?: number;
  TaxCodeRef?: Ref;
  /** Amount with tax, where prices include it; the line's Amount is then net. */
  TaxInclusiveAmt?: number;
  ClassRef?: Ref;
}

/** What stands in an ItemRef for shipping, where the company's preferences allow it. */
export const SHIPPING_ITEM = 'SHIPPING_ITEM_ID';

export interface QuickBooksLine {
  Id?: string;
  DetailType?: string;
  Amount?: number;
  Description?: string;
  SalesItemLineDetail?: QuickBooksSalesDetail;
  DiscountLineDetail?: { PercentBased?: boolean };
}

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
  SalesTermRef?: Ref;
  /** The location. */
  DepartmentRef?: Ref;
  ClassRef?: Ref;
  EmailStatus?: string;
  BillEmail?: { Address?: string };
  BillAddr?: QuickBooksAddress;
  ShipAddr?: QuickBooksAddress;
  GlobalTaxCalculation?: string;
  PrivateNote?: string;
  Line: QuickBooksLine[];
  ApplyTaxAfterDiscount?: boolean;
  TxnTaxDetail?: QuickBooksTaxDetail;
  TotalAmt?: number;
}

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
      ClassRef: maybe(ref),
    }),
  ),
  DiscountLineDetail: maybe(z.object({ PercentBased: flag })),
});

/** An invoice, a sales receipt or a credit memo: what they have in common. */
export const salesForm = z.object({
  ...identity,
  DocNumber: text,
  TxnDate: text,
  DueDate: text,
  CustomerRef: ref,
  CurrencyRef: maybe(ref),
  DepositToAccountRef: maybe(ref),
  PaymentMethodRef: maybe(ref),
  SalesTermRef: maybe(ref),
  DepartmentRef: maybe(ref),
  ClassRef: maybe(ref),
  EmailStatus: text,
  BillEmail: maybe(z.object({ Address: text })),
  BillAddr: maybe(address),
  ShipAddr: maybe(address),
  GlobalTaxCalculation: text,
  PrivateNote: text,
  Line: z.array(line),
  ApplyTaxAfterDiscount: flag,
  TxnTaxDetail: maybe(taxDetail),
  TotalAmt: z.number(),
  Balance: number,
  LinkedTxn: maybe(z.array(z.object({ TxnId: z.string(), TxnType: z.string() }))),
});
