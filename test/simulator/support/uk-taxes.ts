/** Tax codes of the UK sample company, by id, and one it does not have. */

import type { TestCompany } from './company.js';
import { ref } from './purchases.js';

export const STANDARD = '6';
export const REDUCED = '7';
/** Outside the scope of VAT. */
export const OUTSIDE = '10';
/** A reverse charge: 20 % and -20 % on purchases. */
export const REVERSE = '11';
/** Two rates on purchases, 7 % and 5 %, as some countries have them. */
export const COMBINED = '40';

const COMBINED_CODE = {
  TaxRate: [
    { Id: '41', Name: 'Seven', RateValue: 7, AgencyRef: ref('1') },
    { Id: '42', Name: 'Five', RateValue: 5, AgencyRef: ref('1') },
  ],
  TaxCode: [
    {
      Id: COMBINED,
      Name: 'Seven and five',
      Taxable: true,
      TaxGroup: true,
      PurchaseTaxRateList: {
        TaxRateDetail: ['41', '42'].map((value) => ({ TaxRateRef: { value } })),
      },
    },
  ],
};

export function withCombinedCode({ simulator, realmId }: TestCompany): void {
  simulator.control.load(realmId, COMBINED_CODE);
}
