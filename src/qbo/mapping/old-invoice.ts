import type { MinorUnits } from '../../contract/money.js';
import { changedForm } from './changed.js';
import { filled } from './members.js';
import { readMark } from './provenance.js';
import { readEntity, UnexpectedShapeError } from './quickbooks-types.js';

/** An invoice of QuickBooks as an app may show it. Amounts are minor units of its currency. */
export interface OldInvoice {
  quickbooksId: string;
  syncToken: string;
  changedAt: string | null;
  number: string | null;
  issuedOn: string;
  dueOn: string | null;
  customerId: string;
  customerName: string | null;
  currency: string;
  totalMinor: MinorUnits;
  balanceMinor: MinorUnits;
  /** ISO moment of QuickBooks' CreateTime. */
  createdAt: string | null;
  isVoided: boolean;
  /** It carries a mark of ours: it was made here. */
  isMarked: boolean;
}

/** @throws UnexpectedShapeError */
export function oldInvoice(json: unknown, homeCurrency: string): OldInvoice {
  const { TxnDate, DueDate, CustomerRef, PrivateNote } = readEntity('Invoice', json);
  const { partyId, ...form } = changedForm('Invoice', json, homeCurrency);
  const issuedOn = filled(TxnDate) ?? form.createdAt;
  if (issuedOn === null) throw new UnexpectedShapeError('Invoice', ['TxnDate']);
  return {
    ...form,
    issuedOn: issuedOn.slice(0, 10),
    dueOn: filled(DueDate)?.slice(0, 10) ?? null,
    customerId: partyId,
    customerName: filled(CustomerRef.name) ?? null,
    isMarked: readMark(PrivateNote) !== null,
  };
}
