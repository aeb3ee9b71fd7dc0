import type { Warning } from '../contract/warnings.js';

type Sentences = {
  [Name in Warning['name']]: (found: Extract<Warning, { name: Name }>) => string;
};

const SENTENCES: Sentences = {
  changed_after_export: () => 'Changed after its export; the change is not in QuickBooks.',
  similar_name: ({ params }) => `A similar name exists in QuickBooks: ${params.name}.`,
  case_differs: ({ params }) => `QuickBooks writes the name as ${params.name}.`,
  other_account: ({ params }) => `It posts to ${params.used} instead of ${params.wanted}.`,
  number_assigned: ({ params }) =>
    `The number does not fit QuickBooks, which gave it number ${params.number}.`,
  created: ({ params }) => `Created on the way: ${params.type} ${params.name}.`,
  replayed: () => 'The answer was lost once; the same request was repeated, not sent anew.',
  adopted: () => 'It was found in QuickBooks already and taken over, not created again.',
};

/** A warning in words. */
export function warningText(found: Warning): string {
  const sentence = SENTENCES[found.name] as (found: Warning) => string;
  return sentence(found);
}

const NOTES: ReadonlySet<Warning['name']> = new Set(['created', 'replayed', 'adopted']);

/** Whether it only informs: it leaves the label at "Synced". */
export function isNote(found: Warning): boolean {
  return NOTES.has(found.name);
}
