import { minorOf } from './minor-units.js';
import type { StoredPurchaseForm } from './quickbooks-types.js';
import type { BoughtLine } from './written-form.js';

/** A purchase order as QuickBooks holds it; without its lines where they were not read. */
export interface StoredOrder {
  id: string;
  lines: StoredPurchaseForm['Line'];
}

/**
 * The lines of a bill, each with the line of its purchase order that it delivers: the one for the
 * same item or account. Where several are, the amount tells; where it does not, the line is linked to
 * none, because QuickBooks counts on the link what has come. A bill of which no line is linked stands
 * for the whole order.
 */
export function orderLinesFor(
  lines: readonly BoughtLine[],
  order: StoredOrder | null,
  decimals: number,
): BoughtLine[] {
  if (order === null) return [...lines];
  const delivered = new Set<string>();
  return lines.map((line) => {
    const free = order.lines.filter(
      (one) => isFor(one, line.what) && one.Id !== undefined && !delivered.has(one.Id),
    );
    const alike = lines.filter(({ what }) => sameTarget(what, line.what));
    const equal = free.filter(
      ({ Amount }) => minorOf(Amount, decimals) === (line.net ?? line.amount),
    );
    const isAlone = free.length === 1 && alike.length === 1;
    const [lineId] = (isAlone ? free : equal).flatMap(({ Id }) => Id ?? []);
    if (lineId === undefined) return line;
    delivered.add(lineId);
    return { ...line, orderLine: { orderId: order.id, lineId } };
  });
}

function isFor(line: StoredOrder['lines'][number], { kind, id }: BoughtLine['what']): boolean {
  const { ItemBasedExpenseLineDetail: goods, AccountBasedExpenseLineDetail: spent } = line;
  return kind === 'item' ? goods?.ItemRef?.value === id : spent?.AccountRef?.value === id;
}

const sameTarget = (left: BoughtLine['what'], right: BoughtLine['what']) =>
  left.kind === right.kind && left.id === right.id;
