import { stated } from './members.js';
import { numberOf } from './minor-units.js';
import type { QuickBooksLine, QuickBooksSalesDetail } from './quickbooks-types.js';
import type { SalesFormCompany } from './sales-document.js';
import type { SoldForm, SoldLine } from './written-form.js';

/** Lines of a sales form as QuickBooks has them. */

/**
 * The lines in the order in which QuickBooks keeps them: what is sold, the discount, shipping. Where
 * prices include tax, a line's Amount is net and TaxInclusiveAmt gross (Intuit's page of Invoice).
 */
export function writtenLines(
  form: SoldForm,
  company: Pick<SalesFormCompany, 'classTracking'>,
): QuickBooksLine[] {
  const isShipping = ({ field }: SoldLine) => field === 'shipping';
  const write = (line: SoldLine) => salesLine(line, form, company);
  return [
    ...form.lines.filter((line) => !isShipping(line)).map(write),
    ...discountLines(form),
    ...form.lines.filter(isShipping).map(write),
  ];
}

function salesLine(
  line: SoldLine,
  { mode, decimals }: SoldForm,
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

function discountLines({ discount, decimals }: SoldForm): QuickBooksLine[] {
  if (discount === 0n) return [];
  return [
    {
      DetailType: 'DiscountLineDetail',
      Amount: numberOf(discount, decimals),
      DiscountLineDetail: { PercentBased: false },
    },
  ];
}
