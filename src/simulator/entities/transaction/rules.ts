/** Rules every transaction obeys: closed books and document numbers. */

import type { Draft, Step } from '../../engine/definition.js';
import {
  businessValidation,
  duplicateNumber,
  type FaultError,
  periodClosed,
} from '../../engine/service-fault.js';
import { textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';

/** Said of payments without an amount (Intuit's page on common errors), and of forms of nothing. */
export const noAmount = (): FaultError => businessValidation('You must set a transaction amount.');

/** The date a transaction takes when none is sent: today in US Pacific time. */
export const transactionDate: Step = ({ after, nowMs }) => {
  after['TxnDate'] ??= pacificDate(nowMs);
};

/** Nothing dated on or before the closing date can be written, moved there or moved away. */
export const booksAreOpen: Step = ({ company, before, after, errors }) => {
  const closed = textOf(company.preference('AccountingInfoPrefs'), 'BookCloseDate');
  if (closed === undefined) return;
  const dates = [textOf(before, 'TxnDate'), textOf(after, 'TxnDate')];
  if (dates.some((date) => date !== undefined && date <= closed)) {
    errors.push(periodClosed(company.facts.closedWithPassword));
  }
};

const FIRST_NUMBER = 1001;
const AUTO = 'AUTO_GENERATE';

/**
 * With custom numbers on, a number is what the request says or nothing. With them off, QuickBooks
 * counts on from the last number of the sequence; a number that is sent is stored all the same.
 */
export const documentNumber: Step = ({ company, definition, after, operation }) => {
  if (definition.numberSequence === undefined) return;
  const custom = company.preference('SalesFormsPrefs')?.['CustomTxnNumbers'] === true;
  const asksForOne = after['DocNumber'] === AUTO || after['AutoDocNumber'] === true;
  const isNew = operation === 'create';
  if (asksForOne || (isNew && after['DocNumber'] === undefined && !custom)) {
    after['DocNumber'] = numberAfter(company.lastNumbers.get(definition.numberSequence));
  }
  delete after['AutoDocNumber'];
};

function numberAfter(last: string | undefined): string {
  if (last === undefined) return String(FIRST_NUMBER);
  const digits = /\d+$/.exec(last)?.[0];
  if (digits === undefined) return `${last}1`;
  const next = (BigInt(digits) + 1n).toString().padStart(digits.length, '0');
  return last.slice(0, -digits.length) + next;
}

/** Fault 6140, in companies with custom numbers and the warning switched on. */
export const numberIsFree: Step = (draft) => {
  const { company, before, after, options, operation, errors } = draft;
  const number = textOf(after, 'DocNumber');
  if (number === undefined || number === textOf(before, 'DocNumber')) return;
  const custom = company.preference('SalesFormsPrefs')?.['CustomTxnNumbers'] === true;
  const refuses = custom && company.behaviours.refuseDuplicateNumbers;
  if (!refuses || options.allowDuplicateNumber || operation === 'void') return;
  const holder = holderOfNumber(draft, number);
  if (holder !== undefined) errors.push(duplicateNumber(number, wordsOf(holder.entity), holder.id));
};

/** Seen in an answer: the fault calls a journal entry `Journal Entry`. */
function wordsOf(entity: string): string {
  return entity.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
}

/** Who has the number already: the entity itself, or one that counts in the same sequence. */
function holderOfNumber(
  { company, definition, before }: Draft,
  number: string,
): { entity: string; id: string } | undefined {
  for (const { name, numberSequence } of company.definitions.values()) {
    const shares = numberSequence !== undefined && numberSequence === definition.numberSequence;
    if (name !== definition.name && !shares) continue;
    for (const id of company.collection(name).withKey('DocNumber', number.toLowerCase()) ?? []) {
      if (name !== definition.name || id !== textOf(before, 'Id')) return { entity: name, id };
    }
  }
  return undefined;
}
