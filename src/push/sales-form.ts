import { dateOf, type SalesFormKind } from '../contract/documents/index.js';
import type { Settings } from '../contract/settings.js';
import { type QuickBooksSalesForm, readEntity } from '../qbo/mapping/quickbooks-types.js';
import {
  type SalesDocument,
  type SalesFormEntity,
  type SalesFormReferences,
  salesFormAfter,
  salesFormBody,
  salesFormHolds,
  sameSalesForm,
} from '../qbo/mapping/sales-form.js';
import { statedNumber } from '../qbo/mapping/same-sales-form.js';
import { asBody } from './body.js';
import { newest, numberedOf, ofCustomer } from './candidates.js';
import { countryDiffers } from './country.js';
import { GENERIC_ITEM } from './generic-item.js';
import { definePush, type PlanContext, type PushJob } from './job.js';
import { ROUNDING, roundingMention, SHIPPING, salesMentions } from './sales-mentions.js';
import { ratesByCode } from './tax-rates.js';

/** What tells one sales form from another. */
export interface SalesFormJob<Kind extends SalesFormKind> {
  name: `push-${string}`;
  kind: Kind;
  entity: SalesFormEntity;
}

/**
 * Sending of sales forms: invoices, sales receipts and credit memos mention, plan, read and look up
 * alike. What only one of them has is optional in the document and in the mapping.
 */
export function salesFormPush<Kind extends SalesFormKind>({
  name,
  kind,
  entity,
}: SalesFormJob<Kind>): PushJob<Kind> {
  return definePush<Kind>({
    name,
    kind,
    entity,
    exclusive: true,

    dateOf: ({ document }) => dateOf(document),

    refusedBy: ({ connection: { attributes } }, company) => countryDiffers(attributes, company),

    mentions: ({ document, connection: { settings } }, company) =>
      salesMentions(document, settings, company),

    plan({ document, link, connection: { settings } }, context) {
      const current =
        link === null ? null : { id: link.quickbooksId, syncToken: link.syncToken ?? '0' };
      const form: SalesDocument = document;
      const written = salesFormBody({
        entity,
        document: form,
        references: referencesOf(form, settings, context),
        company: context.company,
        settings,
        rates: ratesByCode(context, { date: dateOf(document), side: 'sales' }),
        current,
        mark: context.mark,
      });
      const { body, problems, refusal, needsRoundingItem, warnings } = written;
      if (problems.length === 0 && refusal !== null) return { kind: 'fail', ...refusal };
      if (problems.length === 0 && needsRoundingItem) {
        return { kind: 'wants', mentions: [roundingMention(settings)] };
      }
      const operation = current === null ? 'create' : 'update';
      return { kind: 'write', operation, body: asBody(body), problems, warnings };
    },

    read(stored, { document, connection: { settings } }, company) {
      const answered = readEntity(entity, stored);
      const after = salesFormAfter(answered, { document, company, settings });
      return {
        quickbooksId: answered.Id,
        syncToken: answered.SyncToken,
        record: null,
        ...after,
      };
    },

    lookUp(_, sent, mark, since) {
      const body = sent as unknown as QuickBooksSalesForm;
      const number = statedNumber(body);
      // What bears our mark is ours however old it is.
      const madeSince = mark === null ? since : null;
      const query =
        number === undefined
          ? ofCustomer(entity, body.CustomerRef.value, since)
          : numberedOf(entity, { number, date: undefined, since: madeSince });
      return {
        queries: [newest(query)],
        numbered: number !== undefined,
        judge: (candidate) => sameSalesForm(readEntity(entity, candidate), body, mark, since),
      };
    },

    holds: (stored, sent) =>
      salesFormHolds(readEntity(entity, stored), sent as unknown as QuickBooksSalesForm),
  });
}

/** QuickBooks' ids of what the document mentions; of lines that become one, those of the first. */
function referencesOf(
  document: SalesDocument,
  { item: { mode } }: Settings,
  { matched, records, untaxedCode }: PlanContext,
): SalesFormReferences {
  const idOf = (role: string) => matched.get(role) ?? null;
  const ofLines = (part: string) =>
    document.lines.map((_, index) => idOf(`lines.${index}.${part}`));
  const itemIds =
    mode === 'generic' ? document.lines.map(() => idOf(GENERIC_ITEM)) : ofLines('item');
  const currency = records.get('customer')?.facts['currency'];
  return {
    customerId: idOf('customer') ?? '',
    customerCurrency: typeof currency === 'string' ? currency : null,
    itemIds: itemIds.map((id) => id ?? ''),
    taxCodeIds: ofLines('taxCode'),
    classIds: ofLines('class'),
    taxLineCodeIds: (document.tax?.lines ?? []).map((_, index) =>
      idOf(`tax.lines.${index}.taxCode`),
    ),
    shippingItemId: idOf(SHIPPING),
    roundingItemId: idOf(ROUNDING),
    untaxedCodeId: untaxedCode?.quickbooksId ?? null,
    depositAccountId: idOf('depositAccount'),
    paymentMethodId: idOf('paymentMethod'),
    locationId: idOf('location'),
    termId: idOf('terms'),
  };
}
