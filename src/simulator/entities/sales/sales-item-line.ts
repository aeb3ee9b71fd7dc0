/** A line that sells an item: the amount rule, the account it earns to, its tax code. */

import type { Draft } from '../../engine/definition.js';
import { lineDetailMissing, missingMember } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, present, refIdOf } from '../../json.js';
import { lineTaxCode } from '../tax/line-tax-code.js';
import { lineAmountFits } from '../transaction/line-amount.js';
import { answeredLine, type LinePositions } from '../transaction/line-positions.js';

export function salesItemLine(
  draft: Draft,
  line: JsonObject,
  positions: LinePositions,
): JsonObject {
  const detail = objectOf(line, 'SalesItemLineDetail');
  if (detail === undefined) draft.errors.push(lineDetailMissing());
  const stored = objectOf(positions.stored(line), 'SalesItemLineDetail');
  const SalesItemLineDetail = answeredDetail(draft, line, detail ?? {}, stored);
  return answeredLine(line, positions.next(line), { SalesItemLineDetail });
}

/** The item used where a person picks none: "Services" of a new company. */
const DEFAULT_ITEM_ID = '1';

/** A line keeps the account that its item had when the line was written (recorded). */
function answeredDetail(
  draft: Draft,
  line: JsonObject,
  sent: JsonObject,
  stored: JsonObject | undefined,
): JsonObject {
  const { company, errors } = draft;
  const amount = numberOf(line, 'Amount');
  if (amount === undefined) errors.push(missingMember('Line.Amount'));
  else lineAmountFits(draft, amount, sent);
  const { ItemRef, ClassRef, UnitPrice, MarkupInfo, Qty, TaxCodeRef, ...rest } = sent;
  const wantsDefault = company.behaviours.lineWithoutItem === 'default_item';
  const itemId = refIdOf(sent, 'ItemRef') ?? (wantsDefault ? DEFAULT_ITEM_ID : undefined);
  const taxCode = lineTaxCode(draft, refIdOf(sent, 'TaxCodeRef'));
  return present({
    ...rest,
    ItemRef: ItemRef ?? (itemId === undefined ? undefined : company.referenceTo('Item', itemId)),
    ClassRef,
    MarkupInfo,
    UnitPrice,
    Qty,
    ItemAccountRef:
      refIdOf(stored, 'ItemRef') === itemId && itemId !== undefined
        ? objectOf(stored, 'ItemAccountRef')
        : objectOf(company.find('Item', itemId), 'IncomeAccountRef'),
    TaxCodeRef: taxCode === undefined ? undefined : { value: taxCode },
  });
}
