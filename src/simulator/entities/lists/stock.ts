/** Quantities on hand: what transactions do to items whose stock is tracked. */

import type { Company } from '../../engine/company.js';
import { beforeItemStart } from '../../engine/company-faults.js';
import type { Effect, Step } from '../../engine/definition.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';

/** 1 where goods come in with a transaction, -1 where they go out. */
export type StockSign = 1 | -1;

/** The sign of an entity, or of each of its transactions. */
export type Stock = StockSign | ((object: JsonObject) => StockSign);

/**
 * The effect that keeps `QtyOnHand` in step. The item's SyncToken stands, as recorded for the
 * balances of names; for items it is a guess.
 */
export function movesStock(stock: Stock): Effect {
  const signOf = (object: JsonObject | undefined) =>
    typeof stock === 'number' ? stock : stock(object ?? {});
  return (company, before, after, nowMs) => {
    const changes = new Map<string, number>();
    for (const { itemId, quantity } of stockLines(company, after)) {
      changes.set(itemId, (changes.get(itemId) ?? 0) + signOf(after) * quantity);
    }
    for (const { itemId, quantity } of stockLines(company, before)) {
      changes.set(itemId, (changes.get(itemId) ?? 0) - signOf(before) * quantity);
    }
    const definition = company.definitions.get('Item');
    if (definition === undefined) return;
    for (const [id, change] of changes) {
      if (change === 0) continue;
      const onHand = numberOf(company.find('Item', id), 'QtyOnHand') ?? 0;
      // Rounded, because binary sums such as 0.1 + 0.2 carry digits no quantity has.
      const QtyOnHand = Number((onHand + change).toFixed(7));
      touch(company, definition, id, { QtyOnHand }, { bump: false, nowMs });
    }
  };
}

/** Fault 6270: nothing can be sold or bought before the stock of its item begins. */
export const stockHasBegun: Step = ({ company, after, operation, errors }) => {
  if (operation === 'delete' || operation === 'void') return;
  const day = textOf(after, 'TxnDate') ?? '';
  for (const { itemId } of stockLines(company, after)) {
    const start = textOf(company.find('Item', itemId), 'InvStartDate');
    if (start !== undefined && day < start) {
      errors.push(beforeItemStart());
      return;
    }
  }
};

interface StockLine {
  itemId: string;
  quantity: number;
}

function stockLines(company: Company, object: JsonObject | undefined): StockLine[] {
  return objectsOf(object, 'Line').flatMap((line) => {
    const group = objectOf(line, 'GroupLineDetail');
    if (group !== undefined) return stockLines(company, group);
    const detail =
      objectOf(line, 'SalesItemLineDetail') ?? objectOf(line, 'ItemBasedExpenseLineDetail');
    const itemId = refIdOf(detail, 'ItemRef');
    const tracked = company.find('Item', itemId)?.['TrackQtyOnHand'] === true;
    if (itemId === undefined || !tracked) return [];
    return [{ itemId, quantity: numberOf(detail, 'Qty') ?? 0 }];
  });
}
