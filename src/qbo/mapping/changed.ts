import { decimalsOf, type MinorUnits } from '../../contract/money.js';
import { minorUnitsOf } from './exact-number.js';
import { isVoided } from './found-form.js';
import { filled } from './members.js';
import { paymentAfter } from './payment.js';
import { readMark } from './provenance.js';
import { readEntity, type Stored } from './quickbooks-types.js';

/** Transactions as change data brings them: what the ledger keeps of each, and which copy it is. */

/** Entities documents are sent as. */
export const FORM_ENTITIES = [
  'Invoice',
  'SalesReceipt',
  'CreditMemo',
  'PurchaseOrder',
  'Bill',
  'VendorCredit',
] as const;
export type FormEntity = (typeof FORM_ENTITIES)[number];

/** Which copy of an object it is, and when that and the object were made; ISO moments. */
export interface Version {
  quickbooksId: string;
  syncToken: string;
  changedAt: string | null;
  createdAt: string | null;
}

/** What a form or a payment comes to now, in minor units of its currency. */
export interface ChangedTransaction extends Version {
  /** The customer's or the supplier's id. */
  partyId: string;
  number: string | null;
  currency: string;
  totalMinor: MinorUnits;
  /** What is open of it: owed, or still the customer's credit. */
  balanceMinor: MinorUnits;
  isVoided: boolean;
}

/** @throws UnexpectedShapeError */
export function changedForm(
  entity: FormEntity,
  json: unknown,
  homeCurrency: string,
): ChangedTransaction {
  const form = readEntity(entity, json);
  const currency = form.CurrencyRef?.value ?? homeCurrency;
  const minor = (amount: number) => minorUnitsOf(amount, decimalsOf(currency));
  return {
    ...versionOf(form),
    partyId: 'VendorRef' in form ? form.VendorRef.value : form.CustomerRef.value,
    number: filled(form.DocNumber) ?? null,
    currency,
    totalMinor: minor(form.TotalAmt),
    balanceMinor: minor(form.Balance ?? form.TotalAmt),
    isVoided: isVoided(form),
  };
}

/** Money received, and what of it is applied to which transaction. */
export interface ChangedPayment extends ChangedTransaction {
  paidOn: string | null;
  applied: { type: string; quickbooksId: string; minor: MinorUnits }[];
  /** It carries a mark of ours: it was made here, whether its answer has come or not. */
  isMarked: boolean;
}

/** @throws UnexpectedShapeError */
export function changedPayment(json: unknown, homeCurrency: string): ChangedPayment {
  const payment = readEntity('Payment', json);
  const currency = payment.CurrencyRef?.value ?? homeCurrency;
  const { totalMinor, unappliedMinor, applied } = paymentAfter(payment, currency);
  return {
    ...versionOf(payment),
    partyId: payment.CustomerRef.value,
    number: filled(payment.PaymentRefNum) ?? null,
    currency,
    totalMinor,
    balanceMinor: unappliedMinor,
    isVoided: isVoided(payment),
    paidOn: filled(payment.TxnDate)?.slice(0, 10) ?? null,
    applied,
    isMarked: readMark(payment.PrivateNote) !== null,
  };
}

/** A customer as an app may take it over. */
export interface ChangedCustomer extends Version {
  active: boolean;
  displayName: string;
  /** All an app can take over of it, in one text: balances move the object and not this. */
  content: string;
}

/** @throws UnexpectedShapeError */
export function changedCustomer(json: unknown): ChangedCustomer {
  const customer = readEntity('Customer', json);
  const { GivenName, FamilyName, CompanyName, PrimaryEmailAddr, PrimaryPhone } = customer;
  const active = customer.Active ?? true;
  const told = [
    customer.DisplayName,
    GivenName,
    FamilyName,
    CompanyName,
    PrimaryEmailAddr?.Address,
    PrimaryPhone?.FreeFormNumber,
    customer.BillAddr,
    customer.ShipAddr,
    active,
  ];
  return {
    ...versionOf(customer),
    active,
    displayName: customer.DisplayName,
    content: JSON.stringify(told.map((part) => part ?? null)),
  };
}

type Versioned = Pick<Stored<'Invoice'>, 'Id' | 'SyncToken' | 'MetaData'>;

function versionOf({ Id, SyncToken, MetaData }: Versioned): Version {
  return {
    quickbooksId: Id,
    syncToken: SyncToken,
    changedAt: isoOf(MetaData?.LastUpdatedTime),
    createdAt: isoOf(MetaData?.CreateTime),
  };
}

/** When QuickBooks changed an object last, as an ISO moment; null where it does not say. */
export function changedAtOf(stored: { [member: string]: unknown }): string | null {
  const { MetaData } = stored;
  if (typeof MetaData !== 'object' || MetaData === null) return null;
  const { LastUpdatedTime } = MetaData as { LastUpdatedTime?: unknown };
  return isoOf(typeof LastUpdatedTime === 'string' ? LastUpdatedTime : undefined);
}

function isoOf(text: string | undefined): string | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
