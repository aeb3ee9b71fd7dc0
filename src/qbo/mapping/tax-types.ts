import { z } from 'zod';
import { flag, maybe, number, type Ref, ref, text } from './answer-parts.js';

/** The tax of a form, of either side: what is written of it, and what is read. */

/** The tax of one rate, where the document's own tax takes the place of QuickBooks'. */
export interface QuickBooksTaxLine {
  Amount?: number;
  DetailType?: string;
  TaxLineDetail?: {
    TaxRateRef?: Ref;
    PercentBased?: boolean;
    TaxPercent?: number;
    NetAmountTaxable?: number;
  };
}

export interface QuickBooksTaxDetail {
  TxnTaxCodeRef?: Ref;
  TotalTax?: number;
  TaxLine?: QuickBooksTaxLine[];
}

export type GlobalTaxCalculation = 'TaxExcluded' | 'TaxInclusive' | 'NotApplicable';

export const taxDetail = z.object({
  TxnTaxCodeRef: maybe(ref),
  TotalTax: number,
  TaxLine: maybe(
    z.array(
      z.object({
        Amount: number,
        DetailType: text,
        TaxLineDetail: maybe(
          z.object({
            TaxRateRef: maybe(ref),
            PercentBased: flag,
            TaxPercent: number,
            NetAmountTaxable: number,
          }),
        ),
      }),
    ),
  ),
});
