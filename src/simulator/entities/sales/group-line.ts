/** A bundle on a sales form: one line that stands for the items of a group. */

import type { Draft } from '../../engine/definition.js';
import { amountOf, productCents } from '../../engine/money.js';
import { businessValidation, lineDetailMissing } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { answeredLine, type LinePositions } from '../transaction/line-positions.js';
import { lineCents, soldLines } from './sales-amounts.js';
import { salesItemLine } from './sales-item-line.js';

/**
 * Without lines of its own the bundle gets one for each item of the group, at that item's price,
 * as often as the group says times its own `Quantity`. Its amount is the sum of its lines.
 */
export function groupLine(draft: Draft, line: JsonObject, positions: LinePositions): JsonObject {
  const { company, errors } = draft;
  const detail = objectOf(line, 'GroupLineDetail') ?? {};
  const bundle = company.find('Item', refIdOf(detail, 'GroupItemRef'));
  if (bundle === undefined) errors.push(lineDetailMissing());
  else if (bundle['Type'] !== 'Group') {
    errors.push(businessValidation('The item of a group line must be a bundle.'));
  }
  const position = positions.next(line);
  const Quantity = numberOf(detail, 'Quantity') ?? 1;
  const sent = objectsOf(detail, 'Line');
  const parts = sent.length > 0 ? sent : partsOf(draft, bundle, Quantity);
  const Line = parts.map((part) => salesItemLine(draft, part, positions));
  const sum = soldLines({ Line }).reduce((total, part) => total + lineCents(draft, part), 0);
  const { GroupItemRef, ...rest } = detail;
  return answeredLine({ ...line, Amount: amountOf(sum) }, position, {
    GroupLineDetail: { ...rest, GroupItemRef, Quantity, Line },
  });
}

function partsOf(draft: Draft, bundle: JsonObject | undefined, quantity: number): JsonObject[] {
  const { company } = draft;
  const parts = objectsOf(objectOf(bundle, 'ItemGroupDetail'), 'ItemGroupLine');
  return parts.flatMap((part) => {
    const id = refIdOf(part, 'ItemRef');
    const item = company.find('Item', id);
    if (id === undefined || item === undefined) return [];
    const UnitPrice = numberOf(item, 'UnitPrice') ?? 0;
    // Seven decimals are as many as a quantity has.
    const Qty = Number(((numberOf(part, 'Qty') ?? 1) * quantity).toFixed(7));
    return {
      Description: textOf(item, 'Description'),
      Amount: amountOf(productCents(UnitPrice, Qty)),
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: {
        ItemRef: company.referenceTo('Item', id),
        UnitPrice,
        Qty,
        TaxCodeRef: taxCodeOf(draft, item),
      },
    };
  });
}

function taxCodeOf({ company }: Draft, item: JsonObject): JsonObject | undefined {
  if (company.facts.country !== 'US') return objectOf(item, 'SalesTaxCodeRef');
  return { value: item['Taxable'] === true ? 'TAX' : 'NON' };
}
