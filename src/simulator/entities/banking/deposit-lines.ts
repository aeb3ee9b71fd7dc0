/** Lines of a deposit: money that lies in Undeposited Funds, and money posted to an account. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import {
  businessValidation,
  cannotBeLinked,
  missingMember,
  objectNotFound,
} from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { homeCents } from '../transaction/currency.js';
import { entityOfTxnType } from '../transaction/links.js';
import { entityOnLine } from './names-on-lines.js';

export const DETAIL = 'DepositLineDetail';

/** What can lie in Undeposited Funds. */
const DEPOSITABLE: ReadonlySet<string> = new Set(['Payment', 'SalesReceipt']);

/** Recorded: lines to accounts have ids and numbers, those of payments neither. */
export const depositLines: Step = (draft) => {
  const { after, before, sent } = draft;
  if (sent['Line'] === undefined) return;
  const stored = new Set(objectsOf(before, 'Line').flatMap((line) => textOf(line, 'Id') ?? []));
  let lastId = Math.max(0, ...[...stored].map(Number));
  const newId = () => {
    lastId += 1;
    return String(lastId);
  };
  let number = 0;
  const linked = new Set<string>();
  after['Line'] = objectsOf(after, 'Line').map((line) => {
    if (objectsOf(line, 'LinkedTxn').length > 0) return linkedLine(draft, line, linked);
    const own = textOf(line, 'Id');
    const known = own !== undefined && stored.has(own);
    number += 1;
    return accountLine(draft, line, known ? own : newId(), number);
  });
};

function accountLine(draft: Draft, line: JsonObject, id: string, number: number): JsonObject {
  const { company, errors } = draft;
  const detail = objectOf(line, DETAIL);
  const account = refIdOf(detail, 'AccountRef');
  const type = textOf(company.find('Account', account), 'AccountType');
  if (account === undefined) errors.push(missingMember('AccountRef'));
  if (line['Amount'] === undefined) errors.push(missingMember('Line.Amount'));
  entityOnLine(draft, type, refIdOf(detail, 'Entity'));
  const { Id: _, LineNum: __, Description, LinkedTxn: ___, Amount: ____, ...rest } = line;
  return {
    Id: id,
    LineNum: number,
    ...(Description === undefined ? {} : { Description }),
    Amount: amountOf(cents(numberOf(line, 'Amount') ?? 0)),
    ...rest,
    DetailType: DETAIL,
    CustomExtensions: [],
  };
}

/** All of a payment is deposited, whatever amount the line states (Deposit reference page). */
function linkedLine(draft: Draft, line: JsonObject, seen: Set<string>) {
  const { company, errors, before } = draft;
  const [link] = objectsOf(line, 'LinkedTxn');
  const type = textOf(link, 'TxnType') ?? '';
  const id = textOf(link, 'TxnId') ?? '';
  const entity = entityOfTxnType(type);
  const target = company.find(entity, id);
  const holder = objectsOf(target, 'LinkedTxn').find((each) => each['TxnType'] === 'Deposit');
  const elsewhere = holder !== undefined && holder['TxnId'] !== before?.['Id'];
  const account = company.find('Account', refIdOf(target, 'DepositToAccountRef'));
  if (!DEPOSITABLE.has(entity)) errors.push(cannotBeLinked(type, id));
  else if (target === undefined) errors.push(objectNotFound());
  else if (account !== undefined && textOf(account, 'AccountSubType') !== 'UndepositedFunds') {
    errors.push(cannotBeLinked(type, id));
  } else if (elsewhere || seen.has(`${entity}:${id}`)) {
    errors.push(businessValidation('This transaction has already been deposited.'));
  }
  seen.add(`${entity}:${id}`);
  const method = objectOf(target, 'PaymentMethodRef');
  const check = textOf(target, 'PaymentRefNum');
  const detail: JsonObject = {
    ...(method === undefined ? {} : { PaymentMethodRef: { value: method['value'] } }),
    ...(check === undefined ? {} : { CheckNum: check }),
  };
  return {
    Amount: amountOf(depositedCents(draft, target)),
    LinkedTxn: [{ TxnId: id, TxnType: entity, TxnLineId: textOf(link, 'TxnLineId') ?? '0' }],
    ...(Object.keys(detail).length === 0 ? {} : { [DETAIL]: detail }),
  };
}

/**
 * Money of another currency than the deposit's comes in at the rate it was received at, which is
 * possible for the company's own currency only (fault 6000 otherwise). Both are guesses.
 */
function depositedCents({ company, after, errors }: Draft, target: JsonObject | undefined): number {
  const home = company.currency.value;
  const own = refIdOf(target, 'CurrencyRef') ?? home;
  const into = refIdOf(after, 'CurrencyRef') ?? home;
  const total = cents(numberOf(target, 'TotalAmt') ?? 0);
  if (own === into) return total;
  if (into !== home) {
    errors.push(businessValidation(`Money in ${own} cannot be deposited in ${into}.`));
  }
  return homeCents(target, total);
}
