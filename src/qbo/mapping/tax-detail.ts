import { stated } from './members.js';
import { numberOf, sumOfMinor } from './minor-units.js';
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

/** The same of a purchase form, where the sum of the supplier's tax is stated beside its rates. */
export function purchaseTaxDetail(form: WrittenForm): QuickBooksTaxDetail | undefined {
  const { tax, decimals } = form;
  const detail = taxDetail(form);
  if (tax.kind !== 'rates' || detail === undefined) return detail;
  const total = sumOfMinor(tax.rates.map((rate) => rate.tax));
  return { TotalTax: numberOf(total, decimals), ...detail };
}
