import type { FieldError } from '../../contract/problem.js';
import { StatedElsewhere } from '../../ledger/statements/stated-parts.js';
import { invalidRequest } from '../problems.js';

/** One payment cannot be stated in two invoices: which money is whose would be a guess. */
export function elsewhereError({ index, externalId }: StatedElsewhere): FieldError {
  const rule =
    'is stated in another invoice; state a payment of several invoices as a payment document';
  return { field: `payments.${index}.externalId`, rule, got: externalId };
}

/** Runs a statement and refuses it as malformed where a payment of it is stated elsewhere. */
export async function refusingElsewhere<Result>(stated: Promise<Result>): Promise<Result> {
  try {
    return await stated;
  } catch (error) {
    throw error instanceof StatedElsewhere ? invalidRequest([elsewhereError(error)]) : error;
  }
}
