import type { Transaction } from '../database/open.js';
import type { AppliedKind } from './applications.js';

/** What QuickBooks has applied for a document, by its last answer; nothing once it is taken back. */
export interface AppliedNow {
  documentId: number;
  companyId: string;
  applied: readonly { kind: AppliedKind; quickbooksId: string; minor: number }[];
}

interface TargetRow {
  documentId: number;
  kind: AppliedKind;
  externalId: string;
  recordId: string;
  amountMinor: number;
  appliedMinor: number;
  quickbooksId: string | null;
}

/**
 * Notes what QuickBooks has applied, and lets the open balances it answered for invoices and credits
 * follow: an answer of its own about them comes with their next sending only. Their SyncTokens have
 * moved with it, by how much nobody has told: they count as unknown until then.
 *
 * @param o.balances `known`: QuickBooks has told the balances as well, so nothing follows.
 */
export async function settleApplications(
  tx: Transaction,
  settled: readonly AppliedNow[],
  { balances = 'follow' }: { balances?: 'follow' | 'known' } = {},
): Promise<void> {
  const [first] = settled;
  if (first === undefined) return;
  const byDocument = new Map(settled.map((row) => [row.documentId, row]));
  const targets = await tx<TargetRow[]>`
    select a.document_id, a.kind, a.external_id, a.record_id, a.amount_minor,
      a.applied_minor,
      coalesce(nullif(a.record_id, ''), l.quickbooks_id) as quickbooks_id
    from applications a left join links l on l.connection_id = a.connection_id
      and l.company_id = ${first.companyId} and l.kind = a.kind and l.external_id = a.external_id
    where a.document_id = any(${[...byDocument.keys()]}::bigint[])
    order by a.document_id, a.kind, a.external_id, a.record_id for update of a`;
  const takers = takersOf(targets);
  const changes = targets.flatMap((target) => {
    const { documentId, kind, quickbooksId, appliedMinor } = target;
    const applied = takers.has(target) ? (byDocument.get(documentId)?.applied ?? []) : [];
    const now = applied
      .filter((one) => one.kind === kind && one.quickbooksId === quickbooksId)
      .reduce((sum, { minor }) => sum + minor, 0);
    return now === appliedMinor ? [] : [{ ...target, now, delta: now - appliedMinor }];
  });
  if (changes.length > 0 && balances === 'follow') {
    await followApplied(tx, first.companyId, changes);
  } else if (changes.length > 0) await noteAppliedNow(tx, changes);
  await tx`
    delete from applications where document_id = any(${[...byDocument.keys()]}::bigint[])
      and amount_minor = 0 and applied_minor = 0`;
}

/**
 * One row for each object a document applies to, which takes what QuickBooks has applied to that: the
 * app may name one invoice in both ways. The row that is still stated, and has the app's own id.
 */
function takersOf(targets: readonly TargetRow[]): Set<TargetRow> {
  const rank = ({ amountMinor, externalId }: TargetRow) =>
    (amountMinor === 0 ? 2 : 0) + (externalId === '' ? 1 : 0);
  const takers = new Map<string, TargetRow>();
  for (const target of targets) {
    const { documentId, kind, quickbooksId } = target;
    const key = [documentId, kind, quickbooksId].join(' ');
    const other = takers.get(key);
    if (other === undefined || rank(target) < rank(other)) takers.set(key, target);
  }
  return new Set(takers.values());
}

async function noteAppliedNow(
  tx: Transaction,
  changes: readonly (TargetRow & { now: number })[],
): Promise<void> {
  const rows = changes.map(({ documentId, externalId, recordId, kind, now }) => ({
    document_id: documentId,
    external_id: externalId,
    record_id: recordId,
    kind,
    now,
  }));
  await tx`
    update applications a set applied_minor = c.now
    from jsonb_to_recordset(${tx.json(rows)})
      as c(document_id bigint, kind text, external_id text, record_id text, now bigint)
    where a.document_id = c.document_id and a.kind = c.kind
      and a.external_id = c.external_id and a.record_id = c.record_id`;
}

/**
 * What answered after a document was sent may know of it already, as where the document's own answer
 * was lost: whether to subtract is unknown then, and so is what is open, until the next answer.
 */
async function followApplied(
  tx: Transaction,
  companyId: string,
  changes: readonly (TargetRow & { now: number; delta: number })[],
): Promise<void> {
  const rows = changes.map(({ documentId, externalId, recordId, quickbooksId, ...row }) => ({
    document_id: documentId,
    external_id: externalId,
    record_id: recordId,
    quickbooks_id: quickbooksId,
    kind: row.kind,
    now: row.now,
    delta: row.delta,
  }));
  await tx`
    with c as (
      select * from jsonb_to_recordset(${tx.json(rows)}) as c(document_id bigint, kind text,
        external_id text, record_id text, quickbooks_id text, now bigint, delta bigint)
    ), noted as (
      update applications a set applied_minor = c.now from c
      where a.document_id = c.document_id and a.kind = c.kind
        and a.external_id = c.external_id and a.record_id = c.record_id
    )
    update links l set sync_token = case when s.shown_at <= l.changed_at then l.sync_token end,
      balance_minor = case
        -- Change data brought both, and so the balance with it.
        when s.shown_at <= l.changed_at then l.balance_minor
        when l.synced_at <= s.sent_at then
          greatest(0, least(coalesce(l.total_minor, l.balance_minor), l.balance_minor - s.delta)) end
    from (
      select c.kind, c.quickbooks_id, sum(c.delta)::bigint as delta,
        coalesce(min(sent.at), now()) as sent_at,
        -- Null unless all of them were shown, with just that amount.
        case when count(shown.at) = count(*) then max(shown.at) end as shown_at
      from c left join lateral (
        select r.changed_at as at from documents d
        join links m on m.connection_id = d.connection_id and m.company_id = ${companyId}
          and m.kind = d.kind and m.external_id = d.external_id
        join received_payments r on r.company_id = m.company_id and r.payment_id = m.quickbooks_id
          and r.invoice_id = c.quickbooks_id and r.amount_minor = c.now
        where d.id = c.document_id and c.kind = 'invoice') shown on true
      left join lateral (
        select r.sent_at as at from push_items i join requests r on r.push_id = i.push_id
        where i.document_id = c.document_id and r.sent_at is not null
        order by i.push_id desc, r.id desc limit 1) sent on true
      group by 1, 2
    ) s
    where l.company_id = ${companyId} and l.kind = s.kind and l.quickbooks_id = s.quickbooks_id
      and l.balance_minor is not null`;
}
