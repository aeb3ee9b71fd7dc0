import type { PurchaseLine } from '../contract/documents/purchase-form.js';
import { reason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import type { CompanyFacts } from '../ledger/companies/companies.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import { firstLines } from '../qbo/mapping/grouping.js';
import { lineTarget } from '../qbo/mapping/line-target.js';
import { type PurchaseDocument, taxesPurchases } from '../qbo/mapping/purchase-document.js';
import { genericItemMention, notBought } from './generic-item.js';
import type { Mention } from './job.js';
import { dimensionMentions, listed, setAccount } from './list-mentions.js';
import { itemMention, notSold, shownAs } from './mentions.js';
import { vendorMention, waysToMatch } from './party-mentions.js';
import { ownItem, ROUNDING } from './sales-mentions.js';

/** A line that tells what those are booked by that become one with it, and its index. */
type FirstLine = ReturnType<typeof firstLines<PurchaseLine>>[number];

/** Role of the account of what is owed to suppliers. */
export const PAYABLE_ACCOUNT = 'payableAccount';

/** What a purchase form mentions in QuickBooks, as far as the company and the settings let it travel. */
export function purchaseMentions(
  document: PurchaseDocument,
  settings: Settings,
  company: CompanyFacts,
): Mention[] {
  const { payable } = settings.accounts;
  const lines = firstLines(document.lines, settings);
  return [
    vendorMention(document, settings, company),
    ...(payable === undefined
      ? []
      : [setAccount(payable, PAYABLE_ACCOUNT, 'accounts payable account')]),
    ...lines.flatMap((one) => targetMention(one, settings)),
    ...(isForGeneric(document, settings) ? [genericItemMention(settings, 'bought')] : []),
    ...customerMentions(lines, settings),
    ...taxCodeMentions(document, lines, settings, company),
    ...dimensionMentions(document.location, lines, settings, company),
    ...('terms' in document && document.terms !== undefined
      ? [listed('term', document.terms, 'terms', 'term')]
      : []),
  ];
}

/** Whether a line is for the one product of all lines. */
function isForGeneric({ lines }: PurchaseDocument, settings: Settings): boolean {
  return (
    settings.item.mode === 'generic' &&
    lines.some((line) => lineTarget(line, settings)?.kind === 'item')
  );
}

function targetMention({ line, index }: FirstLine, settings: Settings): Mention[] {
  const target = lineTarget(line, settings);
  if (target === null) return [];
  const role = `lines.${index}.account`;
  if (target.kind === 'item') {
    const isGeneric = settings.item.mode === 'generic';
    return isGeneric ? [] : [bought(itemMention(named(line), index, settings), settings)];
  }
  return [
    target.set
      ? setAccount(target.reference, role, 'expense account')
      : listed('account', target.reference, role, 'account'),
  ];
}

/** Goods are found by the name of their line; a line of the one product may have none. */
function named(line: PurchaseLine) {
  const { name = line.item?.name ?? line.description ?? '' } = line;
  return { ...line, name, quantity: line.quantity ?? '1', unitPrice: line.unitPrice ?? '0' };
}

/** A product that is made for it has an expense account; one that has none cannot be bought. */
function bought(mention: Mention, { accounts: { expense } }: Settings): Mention {
  const { create, missing } = mention;
  const usable = {
    ...mention,
    unusable: (record: FoundRecord) => notSold(record) ?? notBought(record),
  };
  if (create?.kind !== 'item') return usable;
  if (expense === undefined) return { ...usable, create: undefined, missing: NO_EXPENSE_ACCOUNT };
  const document = { ...create.document, expenseAccount: expense };
  return { ...usable, create: { ...create, document }, missing };
}

const NO_EXPENSE_ACCOUNT = reason('setup_incomplete', { missing: ['expense account'] });

/** A customer, or a project as QuickBooks has them: a customer of a customer. None is made for it. */
function customerMentions(
  lines: readonly FirstLine[],
  { dimensions, customer: { match } }: Settings,
): Mention[] {
  if (!dimensions.customerOrProject) return [];
  return lines.flatMap(({ line: { customerOrProject: reference }, index }) => {
    if (reference === undefined) return [];
    const { name, email, externalId } = reference;
    const mention: Mention = {
      role: `lines.${index}.customerOrProject`,
      type: 'customer',
      reference,
      matchBy: waysToMatch(match, email),
      name,
      missing: reason('customer_missing', {
        name: shownAs(reference, name ?? email ?? externalId),
      }),
    };
    return [mention];
  });
}

function taxCodeMentions(
  { tax }: PurchaseDocument,
  lines: readonly FirstLine[],
  settings: Settings,
  company: CompanyFacts,
): Mention[] {
  if (!taxesPurchases(company)) return [];
  const ofTax = settings.tax === 'quickbooks_computes' ? [] : (tax?.lines ?? []);
  return [
    ...lines.flatMap(({ line: { taxCode }, index }) =>
      taxCode === undefined
        ? []
        : [listed('tax_code', taxCode, `lines.${index}.taxCode`, 'tax code')],
    ),
    ...ofTax.map(({ taxCode }, index) =>
      listed('tax_code', taxCode, `tax.lines.${index}.taxCode`, 'tax code'),
    ),
  ];
}

/** What rounding lines are for; mentioned only once a form needs such a line. */
export function purchaseRoundingMention(settings: Settings): Mention {
  const { expense } = settings.accounts;
  return expense === undefined
    ? bought(ownItem(ROUNDING, settings.roundingItem, settings), settings)
    : setAccount(expense, ROUNDING, 'expense account');
}
