import type { CompanyFacts } from './company-facts.js';

/** The class of a form as a whole, where the company keeps classes there. */
export function formClass(
  classIds: readonly (string | null)[],
  { classTracking }: Pick<CompanyFacts, 'classTracking'>,
): string | null {
  if (classTracking !== 'transaction') return null;
  return classIds.find((id) => id !== null) ?? null;
}
