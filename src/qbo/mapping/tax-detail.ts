import { stated } from './members.js';
import { numberOf } from './minor-units.js';
import type { QuickBooksTaxDetail } from './quickbooks-types.js';
import type { WrittenForm } from './written-form.js';

/**
 * Undefined where QuickBooks computes by the codes of the lines: in an update that makes it compute
 * anew, too (Intuit's page of Invoice).
 */
export function taxDetail({ tax, decimals }: WrittenForm): QuickBooksTaxDetail | undefined {
  switch (tax.kind) {
    case 'computed':
      return undefined;
    case 'code':
      return { TxnTaxCodeRef: { value: tax.taxCodeId } };
    case 'total':
      return stated<QuickBooksTaxDetail>({
        TxnTaxCodeRef: tax.taxCodeId === null ? undefined : { value: tax.taxCodeId },
        TotalTax: numberOf(tax.tax, decimals),
      });
    case 'rates':
      return {
        TaxLine: tax.rates.map((rate) => ({
          Amount: numberOf(rate.tax, decimals),
          DetailType: 'TaxLineDetail',
          TaxLineDetail: {
            TaxRateRef: { value: rate.id },
            PercentBased: false,
            NetAmountTaxable: numberOf(rate.net, decimals),
          },
        })),
      };
  }
}
