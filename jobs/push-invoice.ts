import { reason } from '../src/contract/reasons.js';
import type { Reference } from '../src/contract/reference.js';
import type { Settings } from '../src/contract/settings.js';
import { asBody } from '../src/push/body.js';
import { definePush, type ItemOf, type Mention } from '../src/push/job.js';
import { customerFromReference, customerReferenceProblems } from '../src/qbo/mapping/customer.js';
import {
  invoiceAfter,
  invoiceBody,
  invoiceHolds,
  sameInvoice,
} from '../src/qbo/mapping/invoice.js';
import { itemFromLine, itemLineProblems } from '../src/qbo/mapping/item.js';
import type { QuickBooksInvoice } from '../src/qbo/mapping/quickbooks-types.js';
import { readEntity } from '../src/qbo/mapping/quickbooks-types.js';
import { select } from '../src/qbo/query.js';

/**
 * Makes QuickBooks hold the invoice the ledger wants: creates it once, updates the same one
 * afterwards. Safe to run any number of times: what it sends is committed with its requestid before
 * it leaves, and an answer that was lost is resolved before anything is sent again.
 */
export const pushInvoice = definePush({
  name: 'push-invoice',
  kind: 'invoice',
  entity: 'Invoice',
  exclusive: true,

  dateOf: ({ document }) => document.issueDate,

  mentions: ({ document, connection: { settings } }, { country }) => [
    customerMention(document.customer, settings),
    ...document.lines.map((line, index) => itemMention(line, index, settings)),
    // In the United States a line carries no code of ours: QuickBooks decides the tax there.
    ...document.lines.flatMap((line, index) =>
      line.taxCode === undefined || country === 'US' ? [] : [taxCodeMention(line.taxCode, index)],
    ),
  ],

  plan({ document, link }, { company, matched, mark }) {
    const current =
      link === null ? null : { id: link.quickbooksId, syncToken: link.syncToken ?? '0' };
    const { body, problems } = invoiceBody({
      document,
      references: {
        customerId: matched.get('customer') ?? '',
        itemIds: document.lines.map((_, index) => matched.get(`lines.${index}.item`) ?? ''),
        taxCodeIds: document.lines.map((_, index) => matched.get(`lines.${index}.taxCode`) ?? null),
        receivableAccountId: null,
      },
      company,
      current,
      mark,
    });
    const operation = current === null ? 'create' : 'update';
    return { kind: 'write', operation, body: asBody(body), problems };
  },

  read(entity, { document }, company) {
    const stored = readEntity('Invoice', entity);
    const after = invoiceAfter(stored, document, company);
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
  },

  lookUp(_, sent, mark) {
    const body = sent as unknown as QuickBooksInvoice;
    const query =
      body.DocNumber === undefined
        ? select('Invoice').where('CustomerRef', '=', body.CustomerRef.value)
        : select('Invoice').where('DocNumber', '=', body.DocNumber);
    return {
      queries: [query.orderBy('MetaData.CreateTime', 'DESC').page(1, 100).text()],
      judge: (candidate) => sameInvoice(readEntity('Invoice', candidate), body, mark),
    };
  },

  holds: (stored, sent) =>
    invoiceHolds(readEntity('Invoice', stored), sent as unknown as QuickBooksInvoice),
});

type Invoice = ItemOf<'invoice'>['document'];

function customerMention(reference: Invoice['customer'], settings: Settings): Mention {
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

function itemMention(line: Invoice['lines'][number], index: number, settings: Settings): Mention {
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

function taxCodeMention(
  reference: NonNullable<Invoice['lines'][number]['taxCode']>,
  index: number,
): Mention {
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
