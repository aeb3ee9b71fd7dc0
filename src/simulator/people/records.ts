/** What people do to one object by hand; each goes the way of a call, so that changes and webhooks follow. */

import type { Act } from '../control/act.js';
import type { SimulatorControl } from '../control/control.js';
import { ControlError } from '../control/error.js';
import { isObject, type JsonObject, textOf } from '../json.js';
import type { Kind } from './kinds.js';
import type { Said } from './page.js';

/** An object and where it is. */
export interface Place {
  realmId: string;
  kind: Kind;
  id: string;
}

export function objectAt(
  control: SimulatorControl,
  { realmId, kind, id }: Place,
): JsonObject | undefined {
  return control.objects(realmId, kind.entity).find((one) => textOf(one, 'Id') === id);
}

/** Does what a form of its page asks for. */
export function doneTo(control: SimulatorControl, place: Place, form: URLSearchParams): Said {
  try {
    const { act, said } = asked(control, place, form);
    control.act(place.realmId, act);
    return { isRefusal: false, text: said };
  } catch (error) {
    if (error instanceof ControlError) return { isRefusal: true, text: error.message };
    throw error;
  }
}

function asked(
  control: SimulatorControl,
  place: Place,
  form: URLSearchParams,
): { act: Act; said: string } {
  const { kind, id } = place;
  const { entity } = kind;
  const value = form.get('value')?.trim() ?? '';
  const edit = (changes: JsonObject): Act => ({ do: 'edit', entity, id, changes });
  switch (form.get('what')) {
    case 'pay':
      return { act: { do: 'pay', invoice: id, amount: amountOf(value) }, said: 'It was paid.' };
    case 'number':
      return { act: edit({ DocNumber: value }), said: `Its number is ${value}.` };
    case 'date':
      return { act: edit({ TxnDate: value }), said: `Its date is ${value}.` };
    case 'amount':
      return {
        act: edit(linesWith(objectAt(control, place) ?? {}, amountOf(value))),
        said: `Its first line is ${value}.`,
      };
    case 'rename':
      return { act: edit({ DisplayName: value }), said: `Its name is ${value}.` };
    case 'deactivate':
      return { act: edit({ Active: false }), said: 'It is inactive.' };
    case 'merge':
      return {
        act: { do: 'merge', entity, from: id, into: value },
        said: `It is Id ${value} now.`,
      };
    case 'void':
      return { act: { do: 'void', entity, id }, said: 'It was voided.' };
    case 'delete':
      return { act: { do: 'delete', entity, id }, said: 'It was deleted.' };
    default:
      throw new ControlError(400, 'Nothing was asked for.');
  }
}

function amountOf(text: string): number {
  const amount = Number(text);
  if (text === '' || !Number.isFinite(amount)) throw new ControlError(400, `${text} is no amount.`);
  return amount;
}

/** Lines of goods and costs, which a person types an amount into; totals are QuickBooks' own. */
const TYPED = new Set([
  'SalesItemLineDetail',
  'ItemBasedExpenseLineDetail',
  'AccountBasedExpenseLineDetail',
]);

/** All its lines with the first at another amount. */
function linesWith(object: JsonObject, amount: number): JsonObject {
  const stored = Array.isArray(object['Line']) ? object['Line'].filter(isObject) : [];
  const lines = stored.filter((line) => TYPED.has(textOf(line, 'DetailType') ?? ''));
  const [first, ...rest] = lines;
  if (first === undefined) throw new ControlError(400, 'It has no line to change.');
  const type = textOf(first, 'DetailType') ?? '';
  const detail = first[type];
  const isCounted = isObject(detail) && detail['Qty'] !== undefined;
  const changed = isCounted ? { [type]: { ...detail, Qty: 1, UnitPrice: amount } } : {};
  return { Line: [{ ...first, ...changed, Amount: amount }, ...rest] };
}
