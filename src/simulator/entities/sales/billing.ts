/** What becomes of an estimate or of time that is invoiced, and that no longer is. */

import type { Company } from '../../engine/company.js';
import type { Effect, Step } from '../../engine/definition.js';
import { cannotBeLinked } from '../../engine/service-fault.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, objectsOf, refIdOf, textOf } from '../../json.js';

interface Billable {
  /** Members while something bills it. */
  billed: JsonObject;
  /** The same members once nothing does. */
  open: (object: JsonObject) => JsonObject;
}

/** By the word that `TxnType` has for it. */
const BILLABLE: Readonly<Record<string, Billable>> = {
  Estimate: {
    billed: { TxnStatus: 'Closed' },
    open: ({ AcceptedDate }) => ({
      TxnStatus: AcceptedDate === undefined ? 'Pending' : 'Accepted',
    }),
  },
  TimeActivity: {
    billed: { BillableStatus: 'HasBeenBilled' },
    open: () => ({ BillableStatus: 'Billable' }),
  },
};

interface Billed {
  type: string;
  id: string;
}

function billedBy(object: JsonObject | undefined): Billed[] {
  return objectsOf(object, 'LinkedTxn').flatMap((link) => {
    const type = textOf(link, 'TxnType') ?? '';
    const id = textOf(link, 'TxnId');
    return BILLABLE[type] === undefined || id === undefined ? [] : [{ type, id }];
  });
}

function withoutThose(all: readonly Billed[], those: readonly Billed[]): Billed[] {
  return all.filter(({ type, id }) => !those.some((one) => one.type === type && one.id === id));
}

/** Fault 620: it is the customer's own, not billed yet, and at most one of them an estimate. */
export const billableCanBeLinked: Step = ({ company, before, after, operation, errors }) => {
  if (operation !== 'create' && operation !== 'update') return;
  const billed = billedBy(after);
  const second = billed.filter(({ type }) => type === 'Estimate')[1];
  if (second !== undefined) errors.push(cannotBeLinked(second.type, second.id));
  for (const { type, id } of withoutThose(billed, billedBy(before))) {
    const target = company.find(type, id);
    const ownCustomer = refIdOf(target, 'CustomerRef') === refIdOf(after, 'CustomerRef');
    const free = objectsOf(target, 'LinkedTxn').length === 0;
    if (target === undefined || !ownCustomer || !free) errors.push(cannotBeLinked(type, id));
  }
};

/**
 * An estimate is closed and lists the invoice. Its LastUpdatedTime becomes the invoice's and its
 * SyncToken stays (recorded, four of four). Time has been billed, as its reference page says; the
 * rest is assumed to be as with estimates. Taking the link away opens either again.
 *
 * @param txnType how the billed side names this one
 */
export function bills(txnType: string): Effect {
  return (company, before, after, nowMs) => {
    const were = billedBy(before);
    const are = billedBy(after);
    const TxnId = textOf(after ?? before, 'Id');
    for (const each of withoutThose(are, were)) {
      relink(company, each, nowMs, (links) => [...links, { TxnId, TxnType: txnType }]);
    }
    for (const each of withoutThose(were, are)) {
      relink(company, each, nowMs, (links) => links.filter((link) => link['TxnId'] !== TxnId));
    }
  };
}

function relink(
  company: Company,
  { type, id }: Billed,
  nowMs: number,
  change: (links: JsonObject[]) => JsonObject[],
): void {
  const definition = company.definitions.get(type);
  const target = company.find(type, id);
  if (definition === undefined || target === undefined) return;
  const links = change(objectsOf(target, 'LinkedTxn'));
  const members =
    links.length > 0
      ? { ...BILLABLE[type]?.billed, LinkedTxn: links }
      : { ...BILLABLE[type]?.open(target), LinkedTxn: undefined };
  touch(company, definition, id, members, { bump: false, nowMs });
  company.announce({ entity: type, id, kind: 'update', atMs: nowMs });
}
