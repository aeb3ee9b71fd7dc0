import {
  type DocumentKind,
  dateOf,
  kindWord,
  type PurchaseFormKind,
} from '../contract/documents/index.js';
import { decimalsOf, toMinorUnits } from '../contract/money.js';
import { type Reason, reason } from '../contract/reasons.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { LoadedItem } from '../ledger/pushes/load.js';
import { minorUnitsOf } from '../qbo/mapping/exact-number.js';
import { purchaseFormAfter } from '../qbo/mapping/purchase-answer.js';
import type { PurchaseDocument, PurchaseFormEntity } from '../qbo/mapping/purchase-document.js';
import { purchaseFormBody } from '../qbo/mapping/purchase-form.js';
import {
  type QuickBooksPurchaseForm,
  readEntity,
  type StoredPurchaseForm,
} from '../qbo/mapping/quickbooks-types.js';
import { purchaseFormHolds, samePurchaseForm } from '../qbo/mapping/same-purchase-form.js';
import { asBody } from './body.js';
import { newest, numberedOf } from './candidates.js';
import { countryDiffers } from './country.js';
import {
  type AnswerFacts,
  definePush,
  type Need,
  type Plan,
  type PlanContext,
  type PushJob,
} from './job.js';
import { purchaseMentions, purchaseRoundingMention } from './purchase-mentions.js';
import { ORDER, purchaseReferences } from './purchase-references.js';
import { storedAs } from './stored-as.js';
import { ratesByCode } from './tax-rates.js';

/** What tells one purchase form from another. */
export interface PurchaseFormJob<Kind extends PurchaseFormKind>
  extends Pick<PushJob<Kind>, 'storedAs'> {
  name: `push-${string}`;
  kind: Kind;
  entity: PurchaseFormEntity;
}

const ENTITIES: { [Kind in DocumentKind]?: PurchaseFormEntity } = {
  purchase_order: 'PurchaseOrder',
  bill: 'Bill',
  vendor_credit: 'VendorCredit',
};

type PurchaseItem = LoadedItem & { document: PurchaseDocument };

/**
 * Sending of purchase forms: purchase orders, bills and vendor credits mention, plan, read and look up
 * alike. A purchase order that goes as a bill is one in all of this.
 */
export function purchaseFormPush<Kind extends PurchaseFormKind>(
  job: PurchaseFormJob<Kind>,
): PushJob<Kind> {
  const entityOf = (item: PurchaseItem) => ENTITIES[storedAs(job, item)] ?? job.entity;
  return definePush<Kind>({
    ...job,
    exclusive: true,

    dateOf: ({ document }) => dateOf(document),

    refusedBy: (item, company) =>
      countryDiffers(item.connection.attributes, company) ?? planLacks(entityOf(item), company),

    needs: ({ document }) => orderNeeded(document),

    mentions: ({ document, connection: { settings } }, company) =>
      purchaseMentions(document, settings, company),

    currentId: ({ link }) => link?.quickbooksId,

    alsoReads: (_, needed) => {
      const { quickbooksId: id = null, storedAs: other = null } = needed.get(ORDER) ?? {};
      return id === null || other !== null ? [] : [{ entity: 'PurchaseOrder', id }];
    },

    plan: (item, context) => planOf(item, entityOf(item), context),

    read: (stored, item, company) => answerFacts(readEntity(entityOf(item), stored), item, company),

    lookUp(item, sent, mark, since) {
      const entity = entityOf(item);
      const body = sent as unknown as QuickBooksPurchaseForm;
      const { DocNumber: number, TxnDate: date } = body;
      return {
        queries: [newest(numberedOf(entity, { number, date, since }))],
        numbered: number !== undefined,
        judge: (candidate) => samePurchaseForm(readEntity(entity, candidate), body, mark, since),
      };
    },

    holds: (stored, sent, item) =>
      purchaseFormHolds(
        readEntity(entityOf(item), stored),
        sent as unknown as QuickBooksPurchaseForm,
      ),
  });
}

function planOf(item: PurchaseItem, entity: PurchaseFormEntity, context: PlanContext): Plan {
  const { document, link, connection } = item;
  const { company, stored, mark } = context;
  if (link !== null && stored === undefined) return { kind: 'gone' };
  const references = purchaseReferences(document, context);
  const why = unplannable(document, context.needed.get(ORDER)?.storedAs ?? null);
  if (why !== undefined) return { kind: 'fail', reason: why };
  if (references === undefined) return { kind: 'fail', reason: NO_PAYABLE_ACCOUNT };
  const held = stored === undefined ? undefined : readEntity(entity, stored);
  if (held !== undefined && undercuts(document, held, references.vendorId, company)) {
    return { kind: 'fail', reason: reason('payment_applied', {}) };
  }
  const written = purchaseFormBody({
    entity,
    document,
    references,
    company,
    settings: connection.settings,
    rates: ratesByCode(context, { date: dateOf(document), side: 'purchase' }),
    stored: stored ?? null,
    ownOrders: item.ownOrderIds,
    mark,
  });
  const { body, problems, refusal, needsRounding, warnings } = written;
  if (problems.length === 0 && refusal !== null) return { kind: 'fail', ...refusal };
  if (problems.length === 0 && needsRounding) {
    return { kind: 'wants', mentions: [purchaseRoundingMention(connection.settings)] };
  }
  const operation = stored === undefined ? 'create' : 'update';
  return { kind: 'write', operation, body: asBody(body), problems, warnings };
}

/** Plans that have no purchase orders, as QuickBooks names them (Intuit's comparison of plans). */
const WITHOUT_ORDERS = /\b(essentials|simple ?start|easy ?start)\b/i;

/** A plan nobody has named may have them: then QuickBooks says it. */
function planLacks(entity: PurchaseFormEntity, { plan }: CompanyFacts): Reason | undefined {
  const lacks = entity === 'PurchaseOrder' && plan !== null && WITHOUT_ORDERS.test(plan);
  return lacks ? reason('plan_lacks', { feature: `${kindWord('purchase_order')}s` }) : undefined;
}

const NO_PAYABLE_ACCOUNT = reason('setup_incomplete', { missing: ['accounts payable account'] });

function orderNeeded(document: PurchaseDocument): Need[] {
  const externalId = 'purchaseOrder' in document ? document.purchaseOrder : undefined;
  return externalId === undefined
    ? []
    : [{ role: ORDER, kind: 'purchase_order', externalId, isLinkOnly: true }];
}

/** An order that is a bill itself is not billed a second time. */
function unplannable(document: PurchaseDocument, orderIs: string | null): Reason | undefined {
  if (orderIs !== 'bill' || !('purchaseOrder' in document)) return undefined;
  const rule = `purchase order ${document.purchaseOrder} is a bill in QuickBooks itself, and this bill would count it twice`;
  return reason('invalid_field', { field: 'purchaseOrder', rule });
}

/** Whether less would be owed than was paid, or to somebody else. */
function undercuts(
  { total, currency }: PurchaseDocument,
  held: StoredPurchaseForm,
  vendorId: string,
  { homeCurrency }: CompanyFacts,
): boolean {
  const { TotalAmt, Balance = TotalAmt } = held;
  const decimals = decimalsOf(currency ?? homeCurrency);
  const paid = minorUnitsOf(TotalAmt, decimals) - minorUnitsOf(Balance, decimals);
  if (paid <= 0) return false;
  return toMinorUnits(total, currency ?? homeCurrency) < paid || held.VendorRef.value !== vendorId;
}

function answerFacts(
  answered: StoredPurchaseForm,
  { kind, document, connection: { settings } }: PurchaseItem,
  company: CompanyFacts,
): AnswerFacts {
  const after = purchaseFormAfter(answered, { document, company, settings });
  const orders = answered.LinkedTxn?.filter(({ TxnType }) => TxnType === 'PurchaseOrder') ?? [];
  return {
    quickbooksId: answered.Id,
    syncToken: answered.SyncToken,
    record: null,
    ...after,
    ...(kind === 'bill' && {
      applied: orders.map(({ TxnId }) => ({
        kind: 'purchase_order',
        quickbooksId: TxnId,
        minor: after.totalMinor,
      })),
    }),
  };
}
