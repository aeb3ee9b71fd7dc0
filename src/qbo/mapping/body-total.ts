import { listAt, numberAt, objectAt, textAt } from './coded-form.js';
import { type Minor, minorOf, sumOfMinor } from './minor-units.js';

type Members = Readonly<Record<string, unknown>>;

/**
 * What a form will come to in QuickBooks, where its body alone tells: undefined where QuickBooks
 * computes the tax. Sources: Intuit's reference pages of Invoice, Bill and Payment.
 */
export function bodyTotal(
  body: Members,
  { decimals, usingSalesTax }: { decimals: number; usingSalesTax: boolean },
): Minor | undefined {
  const whole = numberAt(body, 'TotalAmt');
  if (whole !== undefined) return minorOf(whole, decimals);
  const minor = (line: Members, member = 'Amount') => minorOf(numberAt(line, member), decimals);
  const isGross = body['GlobalTaxCalculation'] === 'TaxInclusive';
  const lines = listAt(body, 'Line').map((line) => {
    const gross = isGross ? numberAt(detailOf(line), 'TaxInclusiveAmt') : undefined;
    const amount = gross === undefined ? minor(line) : minorOf(gross, decimals);
    return line['DetailType'] === 'DiscountLineDetail' ? -amount : amount;
  });
  const sold = sumOfMinor(lines);
  if (isGross) return usingSalesTax ? sold : undefined;
  if (!usingSalesTax || body['GlobalTaxCalculation'] === 'NotApplicable') return sold;
  const tax = objectAt(body, 'TxnTaxDetail');
  const total = numberAt(tax, 'TotalTax');
  if (total !== undefined) return sold + minorOf(total, decimals);
  const taxLines = listAt(tax, 'TaxLine');
  if (taxLines.length > 0) return sold + sumOfMinor(taxLines.map((line) => minor(line)));
  const isComputed = tax['TxnTaxCodeRef'] !== undefined || listAt(body, 'Line').some(mayBeTaxed);
  return isComputed ? undefined : sold;
}

/** A line of a sale is taxed unless it says otherwise, one of a purchase only where it says so. */
function mayBeTaxed(line: Members): boolean {
  const type = line['DetailType'];
  if (type === 'DiscountLineDetail' || type === undefined) return false;
  const code = textAt(objectAt(detailOf(line), 'TaxCodeRef'), 'value');
  if (code === 'NON') return false;
  return type === 'SalesItemLineDetail' || code !== undefined;
}

function detailOf(line: Members): Members {
  const type = textAt(line, 'DetailType');
  return type === undefined ? {} : objectAt(line, type);
}
