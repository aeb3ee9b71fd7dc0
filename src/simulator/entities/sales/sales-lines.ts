/** The lines of a sales form: which stay, which are new, in what order, and the subtotal. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf } from '../../engine/money.js';
import { featureNotSupported, missingMember } from '../../engine/service-fault.js';
import { GRATUITY, SHIPPING } from '../../engine/shapes.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { answeredLine, LinePositions } from '../transaction/line-positions.js';
import { noAmount } from '../transaction/rules.js';
import { discountLines } from './discount-line.js';
import { groupLine } from './group-line.js';
import { hasItem, lineCents, soldLines } from './sales-amounts.js';
import { salesItemLine } from './sales-item-line.js';

/**
 * Rebuilds the lines a request sends: known ids stay, others are new, unsent ones are gone. Every
 * line sent is checked anew, also one that is stored as it is sent. Their order is recorded: what
 * is sold, the subtotal, the discount, then shipping. A subtotal that is sent is not believed.
 */
export const salesLines: Step = (draft) => {
  const { after, before, sent, errors } = draft;
  if (sent['Line'] === undefined) return;
  const positions = new LinePositions(before);
  const lines: JsonObject[] = [];
  const discounts: JsonObject[] = [];
  const extras: JsonObject[] = [];
  for (const line of objectsOf(after, 'Line')) {
    if (line['DetailType'] === 'DiscountLineDetail') discounts.push(line);
    else if (isExtra(line)) extras.push(extraLine(draft, line));
    else if (line['DetailType'] !== 'SubTotalLineDetail') {
      lines.push(formLine(draft, line, positions));
    }
  }
  const counts = soldLines({ Line: [...lines, ...extras] }).some((line) => hasItem(draft, line));
  if (errors.length === 0 && !counts) {
    errors.push(noAmount());
  }
  if (errors.length > 0) return;
  const subtotal = soldLines({ Line: lines }).reduce(
    (sum, line) => sum + lineCents(draft, line),
    0,
  );
  after['Line'] = [
    ...lines,
    { Amount: amountOf(subtotal), DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ...discountLines(draft, discounts, subtotal),
    ...extras,
  ];
};

function formLine(draft: Draft, line: JsonObject, positions: LinePositions): JsonObject {
  switch (textOf(line, 'DetailType')) {
    case 'SalesItemLineDetail':
      return salesItemLine(draft, line, positions);
    case 'GroupLineDetail':
      return groupLine(draft, line, positions);
    case 'DescriptionOnly': {
      const DescriptionLineDetail = objectOf(line, 'DescriptionLineDetail') ?? {};
      return answeredLine(line, positions.next(line), { DescriptionLineDetail });
    }
    default:
      draft.errors.push(missingMember('DetailType'));
      return line;
  }
}

/** Shipping and the tip stand below the subtotal, without an id (Invoice reference page). */
function isExtra(line: JsonObject): boolean {
  const item = refIdOf(objectOf(line, 'SalesItemLineDetail'), 'ItemRef');
  return item === SHIPPING || item === GRATUITY;
}

function extraLine({ company, errors }: Draft, line: JsonObject): JsonObject {
  const detail = objectOf(line, 'SalesItemLineDetail');
  const ships = company.preference('SalesFormsPrefs')?.['AllowShipping'] === true;
  if (refIdOf(detail, 'ItemRef') === SHIPPING && !ships) {
    errors.push(featureNotSupported('Shipping'));
  }
  if (numberOf(line, 'Amount') === undefined) errors.push(missingMember('Line.Amount'));
  const { Id: _, LineNum: __, ...rest } = line;
  return rest;
}
