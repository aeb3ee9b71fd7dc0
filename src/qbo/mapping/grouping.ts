import { countedUnits } from '../../contract/counted.js';
import type { Grouped } from '../../contract/details.js';
import type { PurchaseLine } from '../../contract/documents/purchase-form.js';
import { decimalsOf, toReadableAmount } from '../../contract/money.js';
import type { CustomerReference, ItemReference, Reference } from '../../contract/reference.js';
import type { Settings } from '../../contract/settings.js';
import { exactSum, productIs, quotient } from './exact-number.js';
import { attributeOf, describedBy, fittingDescription, joined } from './line-description.js';
import { filled } from './members.js';
import { nameKey } from './names.js';

/** The settings that decide which lines become one, and what it says. */
export type GroupingSettings = Pick<Settings, 'item' | 'unitWord' | 'dimensions'>;

/** Whether QuickBooks has a quantity for a line: for goods, and not for the amount of an account. */
export type HasQuantity = (line: PurchaseLine) => boolean;

/** One line as it is to be written. */
export interface LineGroup<Line extends PurchaseLine> {
  /** The line itself, or several as one: sums, one price, one description. */
  line: Line;
  /** Indexes of the document's lines it stands for, growing; messages name it by the first. */
  sources: [number, ...number[]];
}

/**
 * The lines of a form of either side as the settings want them written, in the order in which the
 * first of each stands. Lines become one where what QuickBooks books them by is the same, and all
 * attributes of `item.groupBy` are; a value that is missing is the same as another missing one. Left
 * alone are lines that have none of these attributes, such as fees, and lines without a quantity.
 * What is given back is never put together with what is sold: each line keeps its direction.
 *
 * @param currency ISO 4217 of the form, for amounts in descriptions and the decimals of prices
 * @param hasQuantity whether QuickBooks has a quantity for such a line; by default for all that name
 *   no account
 */
export function groupLines<Line extends PurchaseLine>(
  lines: readonly Line[],
  settings: GroupingSettings,
  currency: string | undefined,
  hasQuantity: HasQuantity = ({ account }) => account === undefined,
): LineGroup<Line>[] {
  return membersOf(lines, settings).map(({ members, sources }) => ({
    line:
      members.length === 1
        ? alone(members[0], settings)
        : together(members, settings, { currency, isCounted: hasQuantity(members[0]) }),
    sources,
  }));
}

/** The first line of each group, which says what all of it is booked by, and its index. */
export function firstLines<Line extends PurchaseLine>(
  lines: readonly Line[],
  settings: GroupingSettings,
): { line: Line; index: number }[] {
  return membersOf(lines, settings).map(({ members: [line], sources: [index] }) => ({
    line,
    index,
  }));
}

/** What Details say of lines that the settings put together; undefined where they put none. */
export function groupedLines(
  lines: readonly PurchaseLine[],
  settings: GroupingSettings,
): Grouped | undefined {
  if (settings.item.groupBy.length === 0) return undefined;
  const things = lines.filter((line) => isGrouped(line, settings));
  const quantities = things.map(({ quantity = '0' }) => quantity);
  // A share of a thing is measured, and one that is given back is none of those there.
  const areCounted = quantities.length > 0 && quantities.every((one) => /^\d+(\.0+)?$/.test(one));
  return {
    lines: membersOf(lines, settings).length,
    quantity: areCounted ? exactSum(quantities) : null,
    unitWord: settings.unitWord,
  };
}

interface Members<Line extends PurchaseLine> extends Pick<LineGroup<Line>, 'sources'> {
  members: [Line, ...Line[]];
}

function membersOf<Line extends PurchaseLine>(
  lines: readonly Line[],
  settings: GroupingSettings,
): Members<Line>[] {
  const groups = new Map<string, Members<Line>>();
  for (const [index, line] of lines.entries()) {
    const key = isGrouped(line, settings) ? keyOf(line, settings) : `${index}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { members: [line], sources: [index] });
    else {
      group.members.push(line);
      group.sources.push(index);
    }
  }
  return [...groups.values()];
}

/** Whether a line is one of the things that are grouped, and not a fee or an amount beside them. */
function isGrouped(line: PurchaseLine, { item: { groupBy } }: GroupingSettings): boolean {
  return (
    line.quantity !== undefined && groupBy.some((name) => attributeOf(line, name) !== undefined)
  );
}

function keyOf(line: PurchaseLine, { item, dimensions }: GroupingSettings): string {
  const { account, taxCode, taxAmount, customerOrProject, unitPrice } = line;
  return JSON.stringify([
    item.groupBy.map((name) => attributeOf(line, name) ?? null),
    item.mode === 'generic' ? null : referenceKey(line.item ?? ownProduct(line)),
    referenceKey(account),
    referenceKey(taxCode),
    // Without a code this is what says that a line is taxed.
    taxAmount === undefined ? null : isNonZero(taxAmount),
    dimensions.class ? referenceKey(line.class) : null,
    dimensions.customerOrProject ? referenceKey(customerOrProject) : null,
    [line.quantity, unitPrice, line.amount].map((number) => number?.startsWith('-')),
    item.onePerPrice && unitPrice !== undefined ? exactSum([unitPrice]) : null,
  ]);
}

const isNonZero = (amount: string): boolean => /[1-9]/.test(amount);

/** A line without a reference is for the product of its own name. */
function ownProduct({ name, sku, account }: PurchaseLine): ItemReference | undefined {
  return account === undefined ? { name, sku } : undefined;
}

/** What a reference is found by; what it says beside that tells no two apart. */
function referenceKey(
  reference: Reference | CustomerReference | ItemReference | undefined,
): (string | null)[] | null {
  if (reference === undefined) return null;
  const { recordId, externalId, name, number } = reference;
  return [
    recordId ?? null,
    externalId ?? null,
    name === undefined ? null : nameKey(name),
    number ?? null,
    'sku' in reference ? (reference.sku ?? null) : null,
    'email' in reference ? (reference.email ?? null) : null,
  ];
}

function alone<Line extends PurchaseLine>(line: Line, { item }: GroupingSettings): Line {
  const description = describedBy(item.description, [line]);
  return description === undefined
    ? line
    : { ...line, description: fittingDescription(description) };
}

function together<Line extends PurchaseLine>(
  members: readonly [Line, ...Line[]],
  settings: GroupingSettings,
  form: PricedIn,
): Line {
  const { counts, ...priced } = priceOf(members, settings, form);
  const own = members.map(({ description, name }) => filled(description) ?? filled(name));
  const description = describedBy(settings.item.description, members) ?? joined(own);
  return {
    ...members[0],
    ...priced,
    description: fittingDescription(description, counts),
    discount: sumWhereStated(members.map(({ discount }) => discount)),
    taxAmount: sumWhereStated(members.map(({ taxAmount }) => taxAmount)),
  };
}

function sumWhereStated(amounts: readonly (string | undefined)[]): string | undefined {
  const stated = amounts.filter((amount) => amount !== undefined);
  return stated.length === 0 ? undefined : exactSum(stated);
}

interface PricedIn {
  currency: string | undefined;
  /** Whether QuickBooks has a quantity for the line. */
  isCounted: boolean;
}

interface Priced {
  quantity: string;
  unitPrice: string;
  amount: string;
  /** What the description says of the quantity and the prices; empty where the line itself does. */
  counts: string;
}

/**
 * Quantity and price of several lines as one. Where no price in whole minor units makes the amount,
 * the line is one of that amount, and its description says how many things there are.
 */
function priceOf(
  members: readonly PurchaseLine[],
  { unitWord }: GroupingSettings,
  { currency, isCounted }: PricedIn,
): Priced {
  const decimals = decimalsOf(currency);
  const quantity = exactSum(members.map((line) => line.quantity ?? '0'));
  const amount = exactSum(members.map((line) => line.amount));
  const byPrice = quantitiesByPrice(members);
  const [agreed = '0'] = byPrice.keys();
  const isAgreed = byPrice.size === 1;
  const list = [...byPrice]
    .map(([price, count]) => `${count} × ${toReadableAmount(price, currency)}`)
    .join(', ');
  const whole = {
    quantity: '1',
    unitPrice: amount,
    amount,
    counts: ` · ${countedUnits(quantity, unitWord)} (${list})`,
  };
  if (!isCounted) return whole;
  if (isAgreed && productIs(quantity, agreed, amount, decimals)) {
    return { quantity, unitPrice: agreed, amount, counts: '' };
  }
  const even = quotient(amount, quantity, decimals);
  if (even !== undefined && productIs(quantity, even, amount, PRODUCT_DECIMALS)) {
    return { quantity, unitPrice: even, amount, counts: isAgreed ? '' : ` (${list})` };
  }
  return whole;
}

/** With so many decimals no product of a quantity and an amount is rounded. */
const PRODUCT_DECIMALS = 10;

function quantitiesByPrice(members: readonly PurchaseLine[]): Map<string, string> {
  const byPrice = new Map<string, string>();
  for (const { unitPrice = '0', quantity = '0' } of members) {
    const price = exactSum([unitPrice]);
    byPrice.set(price, exactSum([byPrice.get(price) ?? '0', quantity]));
  }
  return byPrice;
}
