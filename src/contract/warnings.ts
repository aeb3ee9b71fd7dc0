import { z } from 'zod';

/** Things worth knowing about a document that did not keep it from being synced. */
export const warning = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('changed_after_export') }),
  z.strictObject({ name: z.literal('similar_name'), params: z.strictObject({ name: z.string() }) }),
  z.strictObject({ name: z.literal('case_differs'), params: z.strictObject({ name: z.string() }) }),
  z.strictObject({
    name: z.literal('other_account'),
    params: z.strictObject({ wanted: z.string(), used: z.string() }),
  }),
  z.strictObject({
    name: z.literal('number_assigned'),
    params: z.strictObject({ number: z.string() }),
  }),
  z.strictObject({
    name: z.literal('created'),
    params: z.strictObject({ type: z.string(), name: z.string() }),
  }),
  z.strictObject({ name: z.literal('replayed') }),
  z.strictObject({ name: z.literal('adopted') }),
]);
export type Warning = z.infer<typeof warning>;

/** Warnings that only inform: the label stays "Synced". */
const INFORMATION: ReadonlySet<Warning['name']> = new Set(['created', 'replayed', 'adopted']);

/** Whether the label says "with warnings". */
export function countsAsWarning(found: Warning): boolean {
  return !INFORMATION.has(found.name);
}

/** The sentence of a warning, or undefined where Details say it elsewhere. */
export function warningSentence(found: Warning, documentWord: string): string | undefined {
  switch (found.name) {
    case 'changed_after_export':
      return `The ${documentWord} was changed after its export; the change is not in QuickBooks.`;
    case 'similar_name':
      return `A similar name exists in QuickBooks: ${found.params.name}.`;
    case 'case_differs':
      return `QuickBooks writes the name as ${found.params.name}.`;
    case 'other_account':
      return `It posts to ${found.params.used} instead of ${found.params.wanted}.`;
    case 'number_assigned':
      return `The number does not fit QuickBooks; it was numbered ${found.params.number} there.`;
    case 'replayed':
      return 'The first answer was lost; QuickBooks confirmed it when asked again.';
    case 'adopted':
      return 'The first answer was lost; it was found in QuickBooks and taken over.';
    case 'created':
      return undefined;
  }
}
