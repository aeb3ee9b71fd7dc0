import type { Line } from '../contract/documents/parts.js';
import type { Settings } from '../contract/settings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import { isZero } from '../qbo/mapping/exact-number.js';
import { firstLines } from '../qbo/mapping/grouping.js';
import { taxWord } from '../qbo/mapping/line-tax-codes.js';
import { isFolded, type SalesDocument } from '../qbo/mapping/sales-document.js';
import { genericItemMention } from './generic-item.js';
import type { Mention } from './job.js';
import { dimensionMentions, listed, setAccount } from './list-mentions.js';
import { incomeAccountMention, itemMention } from './mentions.js';
import { customerMention } from './party-mentions.js';

/** Roles of what a sales form mentions beside its lines' products. */
export const SHIPPING = 'shipping.item';
export const ROUNDING = 'rounding.item';

/** A line that tells what those are booked by that become one with it, and its index. */
type FirstLine = ReturnType<typeof firstLines<Line>>[number];

/** What a sales form mentions in QuickBooks, as far as the company and the settings let it travel. */
export function salesMentions(
  document: SalesDocument,
  settings: Settings,
  company: CompanyFacts,
): Mention[] {
  const lines = firstLines<Line>(document.lines, settings);
  return [
    customerOf(document, settings, company),
    ...itemMentions(lines, settings),
    ...incomeAccountMention(settings),
    ...taxCodeMentions(document, lines, settings, company),
    ...dimensionMentions(document.location, lines, settings, company),
    ...paymentMentions(document, settings),
    ...shippingMentions(document, settings, company),
  ];
}

function itemMentions(lines: readonly FirstLine[], settings: Settings): Mention[] {
  if (settings.item.mode === 'generic') return [genericItemMention(settings, 'sold')];
  return lines.map(({ line, index }) => itemMention(line, index, settings));
}

/** A customer that is made for a form deals in the form's currency: that is fixed for life. */
function customerOf(
  { customer, currency }: SalesDocument,
  settings: Settings,
  { multiCurrency }: CompanyFacts,
): Mention {
  const mention = customerMention(customer, settings);
  const { create } = mention;
  if (create === undefined || !multiCurrency || currency === undefined) return mention;
  return { ...mention, create: { ...create, document: { ...create.document, currency } } };
}

function taxCodeMentions(
  document: SalesDocument,
  lines: readonly FirstLine[],
  settings: Settings,
  company: CompanyFacts,
): Mention[] {
  if (isFolded(settings, company)) return [];
  const inUnitedStates = company.country === 'US';
  // Automated sales tax replaces whatever code is sent.
  if (inUnitedStates && company.partnerTax) return [];
  const ofLines = lines.flatMap(({ line: { taxCode }, index }) => {
    if (taxCode === undefined || (inUnitedStates && taxWord(taxCode) !== undefined)) return [];
    const mention = listed('tax_code', taxCode, `lines.${index}.taxCode`, 'tax code');
    // There a line says only whether it is taxable; a code nobody knows says nothing.
    return [inUnitedStates ? { ...mention, optional: true } : mention];
  });
  const isOwnTax = !inUnitedStates && settings.tax !== 'quickbooks_computes';
  const ofTax = (isOwnTax ? (document.tax?.lines ?? []) : []).map(({ taxCode }, index) =>
    listed('tax_code', taxCode, `tax.lines.${index}.taxCode`, 'tax code'),
  );
  return [...ofLines, ...ofTax];
}

/** Terms, and of a sales receipt where its money goes. */
function paymentMentions(document: SalesDocument, { accounts }: Settings): Mention[] {
  const found: Mention[] = [];
  if ('terms' in document && document.terms !== undefined) {
    found.push(listed('term', document.terms, 'terms', 'term'));
  }
  if (!('source' in document)) return found;
  const { depositAccount, paymentMethod } = document;
  if (depositAccount !== undefined) {
    found.push(listed('account', depositAccount, 'depositAccount', 'account'));
  } else if (accounts.deposit !== undefined) {
    found.push(setAccount(accounts.deposit, 'depositAccount', 'deposit account'));
  }
  if (paymentMethod !== undefined) {
    const mention = listed('payment_method', paymentMethod, 'paymentMethod', 'payment method');
    // Every processor has a word of its own for it: the sale is not kept back for that.
    found.push({ ...mention, optional: true });
  }
  return found;
}

function shippingMentions(
  { shipping }: SalesDocument,
  settings: Settings,
  company: CompanyFacts,
): Mention[] {
  if (shipping === undefined || isZero(shipping)) return [];
  if (company.allowShipping || isFolded(settings, company)) return [];
  return [ownItem(SHIPPING, settings.shippingItem, settings)];
}

/** The item of rounding lines; mentioned only once a form needs such a line. */
export function roundingMention(settings: Settings): Mention {
  return ownItem(ROUNDING, settings.roundingItem, settings);
}

/** An item the settings name, found and made as those of lines are. */
export function ownItem(role: string, name: string, settings: Settings): Mention {
  const line = { name, quantity: '1', unitPrice: '0', amount: '0', attributes: {} };
  return { ...itemMention(line, 0, settings), role };
}
