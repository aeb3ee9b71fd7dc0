import { aLine, anInvoice } from '../support/orders.js';
import type { BenchPlace } from './place.js';

/** Documents of one request: the most that the API takes. */
const STATED_AT_ONCE = 500;

/** An invoice of two lines of one unit at 50.00. */
export interface InvoiceFacts {
  number: string;
  customer: string;
  items: readonly [string, string];
}

/** States invoices through the API, as an app does. */
export async function stateInvoices(
  { client }: Pick<BenchPlace, 'client'>,
  connection: string,
  count: number,
  factsOf: (index: number) => InvoiceFacts,
): Promise<void> {
  for (let start = 0; start < count; start += STATED_AT_ONCE) {
    const length = Math.min(STATED_AT_ONCE, count - start);
    const documents = Array.from({ length }, (_, place) => statedInvoice(factsOf(start + place)));
    await client.stateMany(connection, documents);
  }
}

function statedInvoice({ number, customer, items }: InvoiceFacts) {
  const lines = items.map((name) =>
    aLine({ name, item: { name }, quantity: '1', unitPrice: '50.00', amount: '50.00' }),
  );
  const document = anInvoice({ number: number.slice(-21), customer: { name: customer }, lines });
  return { kind: 'invoice' as const, externalId: number, document };
}
