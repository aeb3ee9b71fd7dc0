import type { Warning } from '../../contract/warnings.js';

type Sentences = {
  [Name in Warning['name']]: (found: Extract<Warning, { name: Name }>) => string;
};

const SENTENCES: Sentences = {
  changed_after_export: () => 'Changed after its export; the change is not in QuickBooks.',
  similar_name: ({ params }) => `A similar name exists in QuickBooks: ${params.name}.`,
  same_email: ({ params }) =>
    `Another ${params.type ?? 'customer'} in QuickBooks has the same e-mail address: ${params.name}.`,
  no_email: ({ params }) =>
    `The ${params.type ?? 'customer'} ${params.name} has no e-mail address here, so the name decided.`,
  name_given: ({ params }) =>
    `QuickBooks could not take the name "${params.wanted}"; there it is "${params.used}".`,
  case_differs: ({ params }) => `QuickBooks writes the name as ${params.name}.`,
  other_account: ({ params }) => `It posts to ${params.used} instead of ${params.wanted}.`,
  other_date: ({ params }) =>
    `The books are closed on ${params.stated}; it is dated ${params.used} in QuickBooks.`,
  number_assigned: ({ params }) =>
    `The number does not fit QuickBooks, which gave it number ${params.number}.`,
  tax_in_cost: ({ params }) => `In the cost of the lines: tax ${params.tax}.`,
  folded: ({ params: { discount, shipping, tax } }) =>
    `In the item prices: ${[
      discount === null ? [] : [`discount ${discount}`],
      shipping === null ? [] : [`shipping ${shipping}`],
      tax === null ? [] : [`tax ${tax}`],
    ]
      .flat()
      .join(', ')}.`,
  amount_differs: ({ params }) =>
    `QuickBooks holds a total of ${params.quickbooks}, the document says ${params.source}.`,
  tax_differs: ({ params }) =>
    `QuickBooks holds tax of ${params.quickbooks}, the document says ${params.source}.`,
  left_out: ({ params }) => `Not in QuickBooks: ${params.field}, because ${params.why}.`,
  not_linked: ({ params }) => `Not linked to ${params.to}, because ${params.why}.`,
  paid_differs: ({ params }) =>
    `The app says that ${params.stated} was paid, QuickBooks has ${params.quickbooks}.`,
  left_as_credit: ({ params }) => `${params.amount} of it stays the customer's credit.`,
  credit_used: () => 'QuickBooks had used the credit already; it was not applied a second time.',
  update_not_made: ({ params }) =>
    params.why === 'setting'
      ? 'Left as it is in QuickBooks: the settings do not let suppliers be updated.'
      : `Left as it is in QuickBooks: ${params.actor || 'nobody named'} may not update suppliers.`,
  drifted: ({ params: { fields } }) =>
    `Changed in QuickBooks: ${fields
      .map(({ field, theirs, ours }) =>
        theirs === null && ours === null
          ? field
          : `${field} (${theirs ?? 'nothing'} there, ${ours ?? 'nothing'} here)`,
      )
      .join(', ')}.`,
  voided_in_quickbooks: () => 'It was voided in QuickBooks; it is not sent again.',
  created: ({ params }) => `Created on the way: ${params.type} ${params.name}.`,
  replayed: () => 'The answer was lost once; the same request was repeated, not sent anew.',
  adopted: () => 'It was found in QuickBooks already and taken over, not created again.',
};

/** A warning in words. */
export function warningText(found: Warning): string {
  const sentence = SENTENCES[found.name] as (found: Warning) => string;
  return sentence(found);
}

const NOTES: ReadonlySet<Warning['name']> = new Set([
  'created',
  'folded',
  'tax_in_cost',
  'not_linked',
  'replayed',
  'adopted',
]);

/** Whether it only informs: it leaves the label at "Synced". */
export function isNote(found: Warning): boolean {
  return NOTES.has(found.name);
}
