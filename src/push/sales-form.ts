import { type DocumentByKind, dateOf, type SalesFormKind } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { Reference } from '../contract/reference.js';
import type { Settings } from '../contract/settings.js';
import { customerFromReference, customerReferenceProblems } from '../qbo/mapping/customer.js';
import { itemFromLine, itemLineProblems } from '../qbo/mapping/item.js';
import { type QuickBooksSalesForm, readEntity } from '../qbo/mapping/quickbooks-types.js';
import {
  type SalesFormEntity,
  salesFormAfter,
  salesFormBody,
  salesFormHolds,
  sameSalesForm,
} from '../qbo/mapping/sales-form.js';
import { select } from '../qbo/query.js';
import { asBody } from './body.js';
import { type AnswerFacts, definePush, type Mention, type PushJob } from './job.js';

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

    mentions: ({ document, connection: { settings } }, { country }) =>
      mentionsOf(document, settings, country),

    plan({ document, link }, { company, matched, mark }) {
      const current =
        link === null ? null : { id: link.quickbooksId, syncToken: link.syncToken ?? '0' };
      const form: SalesDocument = document;
      const { body, problems } = salesFormBody({
        entity,
        document: form,
        references: {
          customerId: matched.get('customer') ?? '',
          itemIds: form.lines.map((_, index) => matched.get(`lines.${index}.item`) ?? ''),
          taxCodeIds: form.lines.map((_, index) => matched.get(`lines.${index}.taxCode`) ?? null),
          depositAccountId: matched.get('depositAccount') ?? null,
          paymentMethodId: matched.get('paymentMethod') ?? null,
        },
        company,
        current,
        mark,
      });
      const operation = current === null ? 'create' : 'update';
      return { kind: 'write', operation, body: asBody(body), problems };
    },

    read: (stored, { document }, company) =>
      answerFacts(salesFormAfter(readEntity(entity, stored), document, company), stored, entity),

    lookUp(_, sent, mark) {
      const body = sent as unknown as QuickBooksSalesForm;
      const query =
        body.DocNumber === undefined
          ? select(entity).where('CustomerRef', '=', body.CustomerRef.value)
          : select(entity).where('DocNumber', '=', body.DocNumber);
      return {
        queries: [query.orderBy('MetaData.CreateTime', 'DESC').page(1, 100).text()],
        judge: (candidate) => sameSalesForm(readEntity(entity, candidate), body, mark),
      };
    },

    holds: (stored, sent) =>
      salesFormHolds(readEntity(entity, stored), sent as unknown as QuickBooksSalesForm),
  });
}

type SalesDocument = DocumentByKind[SalesFormKind];
type SalesLine = SalesDocument['lines'][number];

function answerFacts(
  after: ReturnType<typeof salesFormAfter>,
  entityJson: unknown,
  entity: SalesFormEntity,
): AnswerFacts {
  const stored = readEntity(entity, entityJson);
  const { sourceTotal: source, quickbooksTotal: quickbooks, taxDifference } = after;
  const differs = after.differenceMinor !== 0;
  const totalProblem = differs ? reason('amount_differs', { source, quickbooks }) : null;
  const taxProblem =
    taxDifference === null
      ? null
      : reason('tax_differs', {
          source: taxDifference.source,
          quickbooks: taxDifference.quickbooks,
        });
  return {
    quickbooksId: stored.Id,
    syncToken: stored.SyncToken,
    number: after.number,
    totalMinor: after.totalMinor,
    balanceMinor: after.balanceMinor,
    warnings: after.warnings,
    record: null,
    problem: totalProblem ?? taxProblem,
  };
}

function mentionsOf(document: SalesDocument, settings: Settings, country: string): Mention[] {
  return [
    customerMention(document.customer, settings),
    ...document.lines.map((line, index) => itemMention(line, index, settings)),
    // In the United States a line carries no code of ours: QuickBooks decides the tax there.
    ...document.lines.flatMap((line, index) =>
      line.taxCode === undefined || country === 'US' ? [] : [taxCodeMention(line.taxCode, index)],
    ),
  ];
}

function customerMention(reference: SalesDocument['customer'], settings: Settings): Mention {
  const { match, missing } = settings.customer;
  const { recordId } = reference;
  const document = customerFromReference(reference);
  const name = shownAs(reference, reference.name ?? reference.email ?? reference.externalId);
  return {
    role: 'customer',
    type: 'customer',
    reference,
    matchBy: match,
    // The name it would be created under: what was created for it is then found again.
    name: reference.name ?? document?.displayName,
    create:
      missing === 'create' && document !== null && recordId === undefined
        ? { kind: 'customer', document, problems: customerReferenceProblems(reference) }
        : undefined,
    missing: reason('customer_missing', { name }),
  };
}

/** What is missing, in words: an id that is stated and unknown is what people have to look at. */
function shownAs({ recordId }: Reference, name: string | undefined): string {
  if (recordId === undefined) return name ?? '';
  return name === undefined ? `Id ${recordId}` : `${name} (Id ${recordId})`;
}

function itemMention(line: SalesLine, index: number, settings: Settings): Mention {
  const reference = line.item ?? { name: line.name, sku: line.sku };
  const document = itemFromLine(line);
  return {
    role: `lines.${index}.item`,
    type: 'item',
    reference,
    matchBy: ['name'],
    name: reference.name ?? line.name,
    create:
      settings.item.missing === 'create' && reference.recordId === undefined
        ? {
            kind: 'item',
            document: { ...document, incomeAccount: settings.accounts.income },
            problems: itemLineProblems(line, index),
          }
        : undefined,
    missing: reason('item_missing', { name: shownAs(reference, reference.name ?? line.name) }),
  };
}

function taxCodeMention(reference: NonNullable<SalesLine['taxCode']>, index: number): Mention {
  const field = `lines.${index}.taxCode`;
  const shown = shownAs(reference, reference.name ?? reference.number);
  return {
    role: field,
    type: 'tax_code',
    reference,
    matchBy: ['name'],
    name: reference.name,
    missing: reason('invalid_field', { field, rule: `there is no tax code "${shown}"` }),
  };
}
