/** Names on lines that post to an account directly. */

import type { Company } from '../../engine/company.js';
import { businessValidation, type FaultError } from '../../engine/service-fault.js';
import { textOf } from '../../json.js';
import type { Posting } from '../transaction/postings.js';

const CONTROL: Readonly<Record<string, 'Customer' | 'Vendor'>> = {
  'Accounts Receivable': 'Customer',
  'Accounts Payable': 'Vendor',
};

/**
 * Receivable needs a customer and payable a vendor. The text for the receivable was seen in
 * answers; the one for the payable is made after it.
 *
 * @param stated the kind of name the line itself states, where it does; another one is refused
 */
export function entityOnLine(
  { company, errors }: { company: Company; errors: FaultError[] },
  accountType: string | undefined,
  id: string | undefined,
  stated?: string,
): void {
  const actual = id === undefined ? undefined : company.personEntity(id);
  const needed = CONTROL[accountType ?? ''];
  const isKind =
    stated === undefined || stated === actual || stated === 'Job' || stated === 'Other';
  if (needed !== undefined && actual !== needed) {
    errors.push(
      businessValidation(
        `When you use ${accountType}, you must choose a ${needed.toLowerCase()} in the Name field.`,
      ),
    );
  } else if (actual !== undefined && !isKind) {
    errors.push(businessValidation(`The name on a line is no ${stated}.`));
  }
}

/** The customer or vendor whose balance a line moves: only those of receivable and payable do. */
export function nameOfPosting(
  company: Company,
  accountId: string | undefined,
  id: string | undefined,
): Pick<Posting, 'name'> {
  const type = textOf(company.find('Account', accountId), 'AccountType') ?? '';
  const entity = CONTROL[type];
  return entity === undefined || id === undefined ? {} : { name: { entity, id } };
}
