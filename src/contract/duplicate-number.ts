import { z } from 'zod';

/** A number that something in QuickBooks has already, and whose that is. */
export const duplicateNumber = z.strictObject({
  number: z.string(),
  id: z.string().nullable(),
  /** The customer or supplier, where it is of another one than the document. */
  theirs: z.string().optional(),
  /** It is another document's that was sent there. */
  isLinked: z.literal(true).optional(),
});

/** Another one's is never offered to be linked: the document would never be sent. */
export function duplicateNumberText(
  { number, id, theirs, isLinked }: z.infer<typeof duplicateNumber>,
  documentWord: string,
): string {
  const used = `Number ${number} is already used in QuickBooks${id === null ? '' : ` (Id ${id})`}`;
  const change = 'Change one of the two numbers, in the app or in QuickBooks, then retry.';
  if (isLinked) return `${used} by another document that was sent there. ${change}`;
  if (theirs !== undefined) return `${used}, by one of "${theirs}". ${change}`;
  return `${used}. Give the ${documentWord} another number, or link it to the existing one.`;
}
