/** The tax code of a line, sold or bought. */

import type { Draft } from '../../engine/definition.js';
import {
  businessValidation,
  invalidLineTaxCode,
  referenceNotFound,
} from '../../engine/service-fault.js';

/**
 * In the US `TAX` or `NON`, the latter where none is sent (recorded); elsewhere a real tax code,
 * which every line needs unless `GlobalTaxCalculation` is `NotApplicable`.
 */
export function lineTaxCode(draft: Draft, sent: string | undefined): string | undefined {
  const { company, errors, after } = draft;
  if (company.facts.country === 'US') {
    const code = sent ?? 'NON';
    if (code !== 'TAX' && code !== 'NON') errors.push(invalidLineTaxCode());
    return code;
  }
  if (sent !== undefined) {
    if (company.find('TaxCode', sent) === undefined) {
      errors.push(referenceNotFound('TaxCodes', sent));
    }
    return sent;
  }
  if (after['GlobalTaxCalculation'] !== 'NotApplicable') {
    errors.push(
      businessValidation('Make sure all your transactions have a VAT rate before you save.'),
    );
  }
  return undefined;
}
