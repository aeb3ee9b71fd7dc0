import type { FormFields } from '../../contract/documents/form.js';
import type { GlobalTaxCalculation } from './tax-types.js';

/** A form of either side, as far as its amounts and its tax go. */
export type FormDocument = FormFields & Required<Pick<FormFields, 'taxMode'>>;

/** How the mode of a document is called outside the United States. */
export const TAX_CALCULATION: Readonly<
  Record<NonNullable<FormFields['taxMode']>, GlobalTaxCalculation>
> = {
  exclusive: 'TaxExcluded',
  inclusive: 'TaxInclusive',
  none: 'NotApplicable',
};
