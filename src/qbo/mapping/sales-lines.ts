import { exactNumber } from './exact-number.js';
import { stated } from './members.js';
import { decimalOf, type Minor } from './minor-units.js';
import type {
  QuickBooksLine,
  QuickBooksSalesDetail,
  QuickBooksTaxDetail,
} from './quickbooks-types.js';
import type { SalesFormCompany } from './sales-document.js';
import type { WrittenForm, WrittenLine } from './written-form.js';

/** Lines and tax of a form as QuickBooks has them. */

/**
 * The lines in the order in which QuickBooks keeps them: what is sold, the discount, shipping. Where
 * prices include tax, a line's Amount is net and TaxInclusiveAmt gross (Intuit's page of Invoice).
 */
export function writtenLines(
  form: WrittenForm,
  company: Pick<SalesFormCompany, 'classTracking'>,
): QuickBooksLine[] {
  const isShipping = ({ field }: WrittenLine) => field === 'shipping';
  const write = (line: WrittenLine) => salesLine(line, form, company);
  return [
    ...form.lines.filter((line) => !isShipping(line)).map(write),
    ...discountLines(form),
    ...form.lines.filter(isShipping).map(write),
  ];
}

function salesLine(
  line: WrittenLine,
  { mode, decimals }: WrittenForm,
  { classTracking }: Pick<SalesFormCompany, 'classTracking'>,
): QuickBooksLine {
  const isGross = mode === 'TaxInclusive';
  const classId = classTracking === 'line' ? line.classId : null;
  return stated<QuickBooksLine>({
    DetailType: 'SalesItemLineDetail',
    Amount: numberOf(isGross ? (line.net ?? line.amount) : line.amount, decimals),
    Description: line.description,
    SalesItemLineDetail: stated<QuickBooksSalesDetail>({
      ItemRef: { value: line.itemId },
      ...line.price,
      ClassRef: classId === null ? undefined : { value: classId },
      TaxCodeRef: line.taxCodeId === null ? undefined : { value: line.taxCodeId },
      TaxInclusiveAmt: isGross ? numberOf(line.amount, decimals) : undefined,
    }),
  });
}

function discountLines({ discount, decimals }: WrittenForm): QuickBooksLine[] {
  if (discount === 0n) return [];
  return [
    {
      DetailType: 'DiscountLineDetail',
      Amount: numberOf(discount, decimals),
      DiscountLineDetail: { PercentBased: false },
    },
  ];
}

/** The class of a form as a whole, where the company keeps classes there. */
export function formClass(
  classIds: readonly (string | null)[],
  { classTracking }: Pick<SalesFormCompany, 'classTracking'>,
): string | null {
  if (classTracking !== 'transaction') return null;
  return classIds.find((id) => id !== null) ?? null;
}

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

/** A JSON number with exactly these digits: amounts have 15 at most, which a double holds. */
function numberOf(minor: Minor, decimals: number): number {
  const amount = decimalOf(minor, decimals);
  return exactNumber(amount) ?? Number(amount);
}
