import type { DocumentKind } from '../contract/documents/index.js';
import type { Ledger } from './open.js';

/** What documents are sent as. */
const KINDS_BY_ENTITY: Readonly<Record<string, readonly DocumentKind[]>> = {
  Invoice: ['invoice'],
  SalesReceipt: ['sales_receipt'],
  CreditMemo: ['credit_memo'],
  Payment: ['payment', 'applied_credit'],
  PurchaseOrder: ['purchase_order'],
  Bill: ['bill'],
  VendorCredit: ['vendor_credit'],
  Customer: ['customer'],
  Vendor: ['vendor'],
  Item: ['item'],
};

/**
 * Whether a change of one object that QuickBooks speaks of is known already, so that nothing has to be
 * read for it: the last answer about the object is as new, a write of ours to it is on its way, or a
 * payment of ours moved it. What is not known for sure is no echo.
 *
 * @param at the moment QuickBooks names, of which seconds count: objects carry no more
 */
export async function isOwnEcho(
  { sql }: Ledger,
  companyId: string,
  entity: string,
  id: string,
  at: Date,
): Promise<boolean> {
  const kinds = KINDS_BY_ENTITY[entity];
  if (kinds === undefined) return false;
  const second = sql`date_trunc('second', ${at}::timestamptz)`;
  const own = sql`l.company_id = ${companyId} and coalesce(l.stored_as, l.kind) = any(${kinds as string[]}::text[])
    and l.quickbooks_id = ${id}`;
  const [row] = await sql<{ isEcho: boolean }[]>`
    select exists (
      select 1 from links l where ${own} and l.changed_at >= ${second}
    ) or exists (
      select 1 from links l join documents d on d.connection_id = l.connection_id
        and d.kind = l.kind and d.external_id = l.external_id
      join push_items i on i.document_id = d.id and i.outcome is null and i.operation is not null
      join requests r on r.push_id = i.push_id and r.sent_at is not null
      where ${own}
    ) or exists (
      select 1 from links l join applications a on a.connection_id = l.connection_id
        and a.kind = l.kind and (a.external_id = l.external_id or a.record_id = l.quickbooks_id)
        and a.applied_minor <> 0
      join documents p on p.id = a.document_id
      join links m on m.connection_id = p.connection_id and m.company_id = l.company_id
        and m.kind = p.kind and m.external_id = p.external_id
      -- Written by the payment itself, and by nobody since.
      where ${own} and date_trunc('second', m.changed_at) = ${second}
    ) as is_echo`;
  return row?.isEcho === true;
}
