import type { DocumentKind } from '../../contract/documents/index.js';
import type { ProfileName } from '../../contract/profiles.js';
import { settingsInForce } from '../connections/connections.js';
import type { AnySql, Ledger } from '../database/open.js';
import { waitsInDoubt } from '../pushes/in-flight.js';

/** What documents are sent as, by Intuit's word for it. */
const KINDS_BY_ENTITY: Readonly<Record<string, readonly DocumentKind[]>> = {
  invoice: ['invoice'],
  salesreceipt: ['sales_receipt'],
  creditmemo: ['credit_memo'],
  payment: ['payment', 'applied_credit'],
  purchaseorder: ['purchase_order'],
  bill: ['bill'],
  vendorcredit: ['vendor_credit'],
  customer: ['customer'],
  vendor: ['vendor'],
  item: ['item'],
};
const KINDS = Object.entries(KINDS_BY_ENTITY).flatMap(([entity, kinds]) =>
  kinds.map((kind) => ({ entity, kind })),
);

/** Intuit repeats a webhook for hours where it was not answered; one of later costs a read. */
const OWN_DELETIONS_DAYS = 2;

/** Webhooks looked at in one statement; the next one goes on. */
const ROWS_MAX = 2_000;

/**
 * What waiting webhooks of a company come to. `echo`: the ledger has the object as new already, or a
 * payment of ours moved it, so that nothing has to be read. A customer one connection wrote is news to
 * another that takes contacts over, a payment to another whose invoice it pays, and so is money of ours
 * after which a review may be due. `unsettled`: a write of ours that may have
 * caused it is on its way. All else is `news`: what is not known for sure is no echo.
 */
export interface JudgedWebhooks {
  echo: number[];
  unsettled: number[];
  news: number[];
}

/**
 * Judges the oldest waiting webhooks of a company. Seconds of their times count: objects of QuickBooks
 * carry no more.
 *
 * @param patienceMs how long one may wait for a write of ours to settle, before it is news.
 */
export async function judgeWebhooks(
  { sql }: Ledger,
  companyId: string,
  patienceMs: number,
): Promise<JudgedWebhooks> {
  const { takers, payees, asksReviews } = await listeners(sql, companyId);
  const rows = await sql<{ id: number; isEcho: boolean; isUnsettled: boolean }[]>`
    with waiting as (
      select id, entity, entity_id, action, received_at, date_trunc('second', occurred_at) as second
      from inbound_webhooks where company_id = ${companyId} and state = 'waiting'
      order by id limit ${ROWS_MAX}
    ), kinds as (
      select * from jsonb_to_recordset(${sql.json(KINDS)}) as k(entity text, kind text)
    ), own as (
      select w.id, w.second, l.connection_id, l.kind, l.external_id, l.quickbooks_id, l.changed_at
      from waiting w join kinds k on k.entity = w.entity
      join links l on l.company_id = ${companyId} and l.kind = k.kind and l.stored_as is null
        and l.quickbooks_id = w.entity_id
      -- One of somebody else may fall into any second.
      where w.action not in ('deleted', 'merged')
      union all
      select w.id, w.second, l.connection_id, l.kind, l.external_id, l.quickbooks_id, l.changed_at
      from waiting w join kinds k on k.entity = w.entity
      join links l on l.company_id = ${companyId} and l.exclusive and l.stored_as is not null
        and coalesce(l.stored_as, l.kind) = k.kind and l.quickbooks_id = w.entity_id
      where w.action not in ('deleted', 'merged')
    ), heard as (
      -- By a connection that neither wrote it nor was told of it since.
      select own.id from own cross join unnest(${takers}::uuid[]) as taker(id)
      where own.kind = 'customer' and own.connection_id <> taker.id
        and not exists (select 1 from links o where o.connection_id = taker.id
          and o.company_id = ${companyId} and o.kind = 'customer'
          and o.quickbooks_id = own.quickbooks_id and o.changed_at >= own.second)
        and not exists (select 1 from contacts k where k.connection_id = taker.id
          and k.company_id = ${companyId} and k.quickbooks_id = own.quickbooks_id
          and k.changed_at >= own.second)
      union
      -- What it paid has nothing open now, or nobody knows: whose contact that is the reading tells.
      select own.id from own join documents p on p.connection_id = own.connection_id
        and p.kind = own.kind and p.external_id = own.external_id
      join applications a on a.document_id = p.id and a.kind = 'invoice' and a.applied_minor <> 0
      join links v on v.company_id = ${companyId} and v.kind = 'invoice'
        and ((a.external_id <> '' and v.connection_id = a.connection_id
            and v.external_id = a.external_id)
          or v.quickbooks_id = a.record_id)
      where ${asksReviews} and own.kind in ('payment', 'applied_credit')
        and coalesce(v.balance_minor, 0) = 0
      union
      -- What it takes from an invoice of another connection is not what that was told of.
      select own.id from own
      join documents p on p.connection_id = own.connection_id and p.kind = own.kind
        and p.external_id = own.external_id
      join applications a on a.document_id = p.id and a.kind = 'invoice'
      join links v on v.company_id = ${companyId} and v.kind = 'invoice'
        and v.quickbooks_id = a.record_id and v.connection_id <> own.connection_id
        and v.connection_id = any(${payees}::uuid[]) and v.origin <> 'imported'
      left join received_payments r on r.company_id = ${companyId}
        and r.payment_id = own.quickbooks_id and r.invoice_id = v.quickbooks_id
      where own.kind in ('payment', 'applied_credit')
        and a.applied_minor <> coalesce(r.amount_minor, 0)
      union
      -- Or it takes nothing from it any more.
      select own.id from own join ${toldElsewhere(sql, companyId, payees)}
        on t.payment_id = own.quickbooks_id and t.connection_id <> own.connection_id
      where own.kind in ('payment', 'applied_credit') and not exists (
        select 1 from documents p join applications a on a.document_id = p.id
          and a.kind = 'invoice' and a.record_id = t.invoice_id and a.applied_minor <> 0
        where p.connection_id = own.connection_id and p.kind = own.kind
          and p.external_id = own.external_id)
    ), echoes as (
      select id from own where changed_at >= second and id not in (select id from heard)
      union
      select own.id from own join applications a on a.connection_id = own.connection_id
        and a.kind = own.kind and a.applied_minor <> 0
        and (a.external_id = own.external_id or a.record_id = own.quickbooks_id)
      join documents p on p.id = a.document_id
      join links m on m.connection_id = p.connection_id and m.company_id = ${companyId}
        and m.kind = p.kind and m.external_id = p.external_id
      -- Written by the payment itself, and by nobody since.
      where date_trunc('second', m.changed_at) = own.second
      union
      -- What we deleted is nobody's to change any more; the link went with it, the history stays.
      select w.id from waiting w join kinds k on k.entity = w.entity
      join connections n on n.company_id = ${companyId}
      join documents d on d.connection_id = n.id and d.kind = k.kind and d.status = 'deleted'
        and d.status_since > now() - ${OWN_DELETIONS_DAYS} * interval '1 day'
      join document_history h on h.document_id = d.id and h.what = 'deleted'
        and h.evidence ->> 'quickbooksId' = w.entity_id
      -- But for whoever was told that it pays their invoice.
      where not exists (select 1 from ${toldElsewhere(sql, companyId, payees)}
        where k.kind in ('payment', 'applied_credit') and t.payment_id = w.entity_id
          and t.connection_id <> d.connection_id)
    ), unsettled as (
      select w.id from waiting w join kinds k on k.entity = w.entity
      join pushes p on p.company_id = ${companyId} and p.closed_at is null and p.kind = k.kind
      where w.received_at > now() - ${patienceMs} * interval '1 millisecond'
        and exists (select 1 from requests r where r.push_id = p.id and r.sent_at <= w.received_at)
      union
      -- What it is applied to moves with it.
      select w.id from pushes p join push_items i on i.push_id = p.id
      join applications a on a.document_id = i.document_id
      join kinds k on k.kind = a.kind
      join waiting w on w.entity = k.entity
      where p.company_id = ${companyId} and p.closed_at is null
        and w.received_at > now() - ${patienceMs} * interval '1 millisecond'
        and exists (select 1 from requests r where r.push_id = p.id and r.sent_at <= w.received_at)
        and (a.record_id = w.entity_id or exists (select 1 from links l
          where l.connection_id = a.connection_id and l.company_id = ${companyId}
            and l.kind = a.kind and l.external_id = a.external_id
            and l.quickbooks_id = w.entity_id))
      union
      select w.id from documents d join kinds k on k.kind = d.kind
      join waiting w on w.entity = k.entity
      where ${waitsInDoubt(sql)} and d.company_id = ${companyId}
        and w.received_at > now() - ${patienceMs} * interval '1 millisecond'
    )
    select w.id, w.id in (select id from echoes) as is_echo,
      w.id in (select id from unsettled) as is_unsettled
    from waiting w order by w.id`;
  const judged: JudgedWebhooks = { echo: [], unsettled: [], news: [] };
  for (const { id, isEcho, isUnsettled } of rows) {
    judged[isEcho ? 'echo' : isUnsettled ? 'unsettled' : 'news'].push(id);
  }
  return judged;
}

/** Payments that connections were told of, or would be: what they take from an invoice of each. */
const toldElsewhere = (sql: AnySql, companyId: string, payees: readonly string[]) => sql`(
  select r.payment_id, r.invoice_id, v.connection_id from received_payments r
  join links v on v.company_id = r.company_id and v.kind = 'invoice'
    and v.quickbooks_id = r.invoice_id and v.origin <> 'imported'
  where r.company_id = ${companyId} and v.connection_id = any(${payees as string[]}::uuid[])) t`;

/** What connections of a company wait for that writes of ours may bring. */
async function listeners(
  sql: Ledger['sql'],
  companyId: string,
): Promise<{ takers: string[]; payees: string[]; asksReviews: boolean }> {
  const rows = await sql<{ id: string; profile: ProfileName; settings: unknown }[]>`
    select id, profile, settings from connections where company_id = ${companyId}`;
  const all = rows.map(({ id, profile, settings }) => ({
    id,
    settings: settingsInForce(profile, settings),
  }));
  return {
    takers: all.flatMap(({ id, settings }) => (settings.imports.contacts ? [id] : [])),
    payees: all.flatMap(({ id, settings }) => (settings.payments ? [id] : [])),
    asksReviews: all.some(({ settings }) => settings.reviewRequest),
  };
}
