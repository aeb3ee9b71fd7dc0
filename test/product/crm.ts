import type { DocumentAnswer } from '../../src/contract/answers.js';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { aLine } from '../support/orders.js';
import type { Account } from './profile.js';

/** A contact and a product that a CRM and QuickBooks both have. */
export const PRODUCT = {
  Id: '3',
  Name: 'Coaching',
  Type: 'Service',
  IncomeAccountRef: { value: '79' },
};
const EMAIL = 'dana@example.com';
export const CONTACT = {
  Id: '7',
  DisplayName: 'Dana Whitfield',
  PrimaryEmailAddr: { Address: EMAIL },
};
export const LISTS = { Customer: [CONTACT], Item: [PRODUCT] };

/** An invoice of the contact for the product. */
export function anInvoice(number: string, over: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    number,
    status: 'sent',
    issueDate: '2026-11-22',
    customer: { name: CONTACT.DisplayName, email: EMAIL },
    lines: [aLine({ name: PRODUCT.Name })],
    total: '100.00',
    ...over,
  };
}

/** States an invoice and waits until it is in QuickBooks. */
export async function sent(
  to: Account,
  number: string,
  over: Partial<InvoiceInput> = {},
): Promise<{ synced: DocumentAnswer; invoice: JsonObject }> {
  await to.state('invoice', number, anInvoice(number, over));
  const synced = await to.settled('invoice', number);
  return { synced, invoice: to.quickbooks.one('Invoice', synced.quickbooks?.id) };
}

export const linesOf = (invoice: JsonObject) => invoice['Line'] as JsonObject[];
