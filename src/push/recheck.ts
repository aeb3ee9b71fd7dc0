import { decimalsOf, type MinorUnits, toDecimalString } from '../contract/money.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { NewLink } from '../ledger/documents/links.js';
import type { Needed } from '../ledger/documents/needs.js';
import type { Ending } from '../ledger/pushes/ending.js';
import type { JsonObject } from '../qbo/fault.js';
import { minorUnitsOf } from '../qbo/mapping/exact-number.js';
import {
  type QuickBooksPayment,
  readEntity,
  type Stored,
} from '../qbo/mapping/quickbooks-types.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { PolicyClass } from './failure-policy.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/** Refusals that may only mean that what a payment is applied to has changed since we last heard of it. */
const MAY_BE_BEHIND: ReadonlySet<PolicyClass> = new Set(['validation', 'reference', 'deleted']);

type Applicable = 'Invoice' | 'CreditMemo';

/** A transaction that a payment is applied to. */
interface Target {
  type: Applicable;
  quickbooksId: string;
  minor: MinorUnits;
  field: string;
  /** How people know it. */
  name: string;
  currency: string;
  /** Undefined where the app named it by QuickBooks' id. */
  needed: Needed | undefined;
}

/** As QuickBooks has it now; undefined where it has none. */
type Found = Stored<Applicable> | undefined;

interface Told {
  target: Target;
  stored: Found;
}

/**
 * A payment was refused. What it is applied to is read once: where someone paid it meanwhile, so that
 * less is open than we know of, the payment is planned again with that; else what is found may tell why.
 *
 * @returns whether the item has its ending
 */
export async function recheckApplied(
  sending: Sending,
  item: SendingItem,
  failure: PolicyClass,
): Promise<boolean> {
  if (!MAY_BE_BEHIND.has(failure) || item.loaded.wasReread) return false;
  const targets = targetsOf(sending, item);
  if (targets.length === 0) return false;
  const found = await readTargets(sending, targets);
  const told = targets.map((target) => ({ target, stored: found.get(keyOf(target)) }));
  const why = told.map(({ target, stored }) => missingOrPaid(item, target, stored)).find(Boolean);
  if (why !== undefined) endItem(sending, item, { kind: 'failed', reason: why });
  else if (told.some(isBehind)) endItem(sending, item, readAgain(sending, item, told));
  else {
    const foreign = told.map(({ target, stored }) => ofOther(item, target, stored)).find(Boolean);
    if (foreign === undefined) return false;
    endItem(sending, item, { kind: 'failed', reason: foreign });
  }
  return true;
}

/**
 * By what we know nothing is left to apply. That may be old: what is open is read once before the
 * item fails for it.
 */
export async function recheckOpen(sending: Sending, item: SendingItem, why: Reason): Promise<void> {
  const mayRead = !item.loaded.wasReread && sending.rehearsal === undefined;
  const targets = mayRead ? neededTargets(sending, item) : [];
  const found = await readTargets(sending, targets);
  const told = targets.map((target) => ({ target, stored: found.get(keyOf(target)) }));
  endItem(
    sending,
    item,
    told.some(isBehind) ? readAgain(sending, item, told) : { kind: 'failed', reason: why },
  );
}

/** It is planned again with what was read. */
function readAgain(sending: Sending, item: SendingItem, told: readonly Told[]): Ending {
  const links = told.flatMap(({ target, stored }) => linkOf(sending, item, target, stored) ?? []);
  return { kind: 'reread', links };
}

const keyOf = ({ type, quickbooksId }: Pick<Target, 'type' | 'quickbooksId'>) =>
  `${type} ${quickbooksId}`;

/** What the body that was refused is applied to. */
function targetsOf(sending: Sending, item: SendingItem): Target[] {
  const lines = (item.planned?.body as unknown as QuickBooksPayment | undefined)?.Line ?? [];
  const known = new Map(neededTargets(sending, item).map((target) => [keyOf(target), target]));
  const currency = item.loaded.currency ?? sending.company.homeCurrency;
  return lines.flatMap(({ Amount, LinkedTxn: [linked] = [] }) => {
    if (linked === undefined || !isApplicable(linked.TxnType)) return [];
    const { TxnId: quickbooksId, TxnType: type } = linked;
    const own = known.get(keyOf({ type, quickbooksId }));
    const minor = minorUnitsOf(Amount ?? 0, decimalsOf(own?.currency ?? currency));
    if (own !== undefined) return [{ ...own, minor }];
    const field = fieldOf(item, quickbooksId);
    const name = `invoice ${quickbooksId}`;
    return [{ type, quickbooksId, minor, field, name, currency, needed: undefined }];
  });
}

const isApplicable = (type: string): type is Applicable =>
  type === 'Invoice' || type === 'CreditMemo';

function neededTargets({ company }: Sending, { needed }: SendingItem): Target[] {
  return [...needed].flatMap(([field, one]) => {
    const { kind, externalId, quickbooksId, currency } = one;
    if (quickbooksId === null) return [];
    const isInvoice = kind === 'invoice';
    return [
      {
        type: isInvoice ? ('Invoice' as const) : ('CreditMemo' as const),
        quickbooksId,
        minor: 0,
        field,
        name: `${isInvoice ? 'invoice' : 'credit memo'} ${externalId}`,
        currency: currency ?? company.homeCurrency,
        needed: one,
      },
    ];
  });
}

/** Where the app named an invoice by QuickBooks' id. */
function fieldOf({ loaded: { document } }: SendingItem, recordId: string): string {
  if (!('applies' in document)) return 'appliesTo';
  return `applies.${document.applies.findIndex(({ invoice }) => invoice.recordId === recordId)}.invoice`;
}

async function readTargets(
  { tools, push, signal }: Sending,
  targets: readonly Target[],
): Promise<Map<string, Stored<Applicable>>> {
  const found = new Map<string, Stored<Applicable>>();
  for (const type of ['Invoice', 'CreditMemo'] as const) {
    const ids = targets.filter((one) => one.type === type).map((one) => one.quickbooksId);
    if (ids.length === 0) continue;
    const query = select(type)
      .whereIn('Id', [...new Set(ids)])
      .page(1, MAX_PAGE)
      .text();
    const rows = await tools.quickbooks.query<JsonObject>(push.companyId, query, { signal });
    for (const row of rows.map((one) => readEntity(type, one))) {
      found.set(keyOf({ type, quickbooksId: row.Id }), row);
    }
  }
  return found;
}

const openOf = ({ currency }: Target, stored: Stored<Applicable>): MinorUnits =>
  minorUnitsOf(stored.Balance ?? stored.TotalAmt, decimalsOf(currency));

/** What was read, for the link of the app's own document. */
function linkOf(
  { push: { companyId } }: Sending,
  { loaded }: SendingItem,
  target: Target,
  stored: Found,
): NewLink | undefined {
  const { needed, currency } = target;
  if (needed === undefined || stored === undefined) return undefined;
  return {
    connectionId: loaded.connection.id,
    companyId,
    kind: needed.kind,
    externalId: needed.externalId,
    quickbooksId: stored.Id,
    origin: 'pushed',
    exclusive: true,
    syncToken: stored.SyncToken,
    number: null,
    totalMinor: minorUnitsOf(stored.TotalAmt, decimalsOf(currency)),
    balanceMinor: openOf(target, stored),
    currency: null,
  };
}

/** Whether another amount is open than we knew of. */
function isBehind({ target, stored }: Told): boolean {
  const { needed } = target;
  return (
    needed !== undefined && stored !== undefined && needed.balanceMinor !== openOf(target, stored)
  );
}

/** It is not there, or what the app says of one it named by QuickBooks' id is more than is open. */
function missingOrPaid(
  { loaded: { link } }: SendingItem,
  target: Target,
  stored: Found,
): Reason | undefined {
  const { field, name, needed, minor, currency } = target;
  if (stored === undefined) {
    const rule = needed === undefined ? 'is not in QuickBooks' : 'is not in QuickBooks any more';
    return reason('invalid_field', { field, rule: `${name} ${rule}` });
  }
  const open = openOf(target, stored);
  // What this payment has of it already is not known here.
  if (needed !== undefined || link !== null || minor <= open) return undefined;
  const rule = `${toDecimalString(open, currency)} of ${name} is open in QuickBooks, and ${toDecimalString(minor, currency)} is to be applied`;
  return reason('invalid_field', { field: field.replace(/invoice$/, 'amount'), rule });
}

function ofOther({ planned }: SendingItem, { field, name }: Target, stored: Found) {
  const payer = (planned?.body as unknown as QuickBooksPayment | undefined)?.CustomerRef.value;
  if (stored === undefined || stored.CustomerRef?.value === payer) return undefined;
  return reason('invalid_field', { field, rule: `${name} is of another customer in QuickBooks` });
}
