import type { JsonObject, Simulator } from '../../src/simulator/index.js';

/** A person does something to the invoice of a number in QuickBooks. False: it is not there. */
export function touchInvoice(
  { control }: Simulator,
  realmId: string,
  what: 'edit' | 'delete' | 'void',
  number: string,
): boolean {
  const { Id: id, Balance, TotalAmt } = invoiceOf({ control }, realmId, number) ?? {};
  if (typeof id !== 'string') return false;
  // QuickBooks removes nothing that money is applied to.
  if (what !== 'edit' && Balance !== TotalAmt) return false;
  if (what === 'edit') {
    const changes = { CustomerMemo: { value: 'Thank you' } };
    control.act(realmId, { do: 'edit', entity: 'Invoice', id, changes });
  } else control.act(realmId, { do: what, entity: 'Invoice', id });
  return true;
}

/** What a person receives for an invoice: no amount that the app states. */
export const RECEIVED = 3;

/** A person receives money for one of the open invoices. Undefined: none is. */
export function receivePayment(
  { control }: Simulator,
  realmId: string,
  place: number,
): { payment: string; number: string } | undefined {
  const open = control
    .objects(realmId, 'Invoice')
    .filter(({ Balance }) => Number(Balance) >= RECEIVED);
  const invoice = open[place % open.length];
  if (invoice === undefined) return undefined;
  const { Id, DocNumber } = invoice;
  const paid = control.act(realmId, { do: 'pay', invoice: String(Id), amount: RECEIVED });
  return { payment: String(paid.object?.['Id']), number: String(DocNumber) };
}

function invoiceOf(
  { control }: Pick<Simulator, 'control'>,
  realmId: string,
  number: string,
): JsonObject | undefined {
  return control.objects(realmId, 'Invoice').find(({ DocNumber }) => DocNumber === number);
}
