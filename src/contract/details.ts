import { countedUnits } from './counted.js';
import { type DocumentKind, kindWord, PARTY_KINDS } from './documents/kinds.js';
import { toReadableAmount } from './money.js';
import { type Reason, type SentenceContext, sentenceOf } from './reasons.js';
import type { DocumentStatus } from './status.js';
import { type Warning, warningSentence } from './warnings.js';

/** What QuickBooks did for a document the last time it answered. */
export interface Outcome {
  operation: 'created' | 'updated' | 'unchanged' | 'voided' | 'deleted' | 'matched';
  quickbooksId: string;
  /** The kind it is there, where that is another one than the document's. */
  as?: DocumentKind | undefined;
  number: string | null;
  /** Decimal string in the document's currency; null for names and products. */
  total: string | null;
  /** What its lines were made of, where the settings put them together. */
  grouped?: Grouped | undefined;
  /** Plain date in the company's time zone. */
  on: string;
}

/** The lines of a form after they were put together. */
export interface Grouped {
  lines: number;
  /** How many things they hold, decimal string; null where not all are counted. */
  quantity: string | null;
  /** The app's word for one of them. */
  unitWord: string;
}

/** What Details are made of. */
export interface DetailsFacts {
  kind: DocumentKind;
  status: DocumentStatus;
  reason: Reason | undefined;
  outcome: Outcome | undefined;
  warnings: readonly Warning[];
  /** What QuickBooks has received for it, where the app is told of that. */
  paid?:
    | {
        amount: string;
        of: string;
        isWhole: boolean;
        /** How many payments are known; 0 where only the balance is. */
        payments: number;
        lastDate: string | null;
      }
    | undefined;
  /** The document's own name for people: its number, or a name. */
  title: string;
  context: SentenceContext;
}

const OPERATION_WORDS: Record<Outcome['operation'], string> = {
  created: 'created in',
  updated: 'updated in',
  unchanged: 'is unchanged in',
  voided: 'voided in',
  deleted: 'deleted in',
  matched: 'found in',
};

/** Sync Details: one or two plain sentences for the app's customer. */
export function detailsOf(facts: DetailsFacts): string {
  const said = (found: Warning) => warningSentence(found, facts.context) ?? '';
  const isAmount = ({ name }: Warning) => name === 'folded' || name === 'tax_in_cost';
  const sentences = [
    mainSentence(facts),
    // What became of the amounts stands beside the total.
    ...facts.warnings.filter(isAmount).map(said),
    paidSentence(facts),
    ...createdSentences(facts.warnings),
    ...facts.warnings.filter((found) => !isAmount(found)).map(said),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function mainSentence(facts: DetailsFacts): string {
  if (facts.reason !== undefined) return sentenceOf(facts.reason, facts.context);
  switch (facts.status) {
    case 'synced':
    case 'voided':
    case 'deleted':
      return facts.outcome === undefined ? '' : outcomeSentence(facts, facts.outcome);
    case 'queued':
      return 'Accepted; it will be sent to QuickBooks shortly.';
    case 'syncing':
      return 'It is being sent to QuickBooks.';
    case 'cancelled':
      return 'Withdrawn before it was sent; nothing is in QuickBooks.';
    case 'deleted_in_quickbooks':
      return 'It was deleted in QuickBooks. It is not created again unless someone asks for it.';
    default:
      return '';
  }
}

function outcomeSentence({ kind, title, context }: DetailsFacts, outcome: Outcome): string {
  const word = kindWord(kind);
  const name = `${word.charAt(0).toUpperCase()}${word.slice(1)} ${outcome.number ?? title}`;
  const total =
    outcome.total === null ? '' : `, total ${toReadableAmount(outcome.total, context.currency)}`;
  const lines = outcome.grouped === undefined ? '' : `: ${groupedWords(outcome.grouped)}`;
  const as = outcome.as === undefined ? '' : ` as ${withArticle(kindWord(outcome.as))}`;
  return `${name} ${OPERATION_WORDS[outcome.operation]} QuickBooks${as} (Id ${outcome.quickbooksId})${lines}${total}.`;
}

const withArticle = (word: string) => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`;

/** "6 devices in 3 lines", or the lines alone where a number of things says nothing. */
function groupedWords({ lines, quantity, unitWord }: Grouped): string {
  const held = countedUnits(String(lines), 'line');
  return quantity === null ? held : `${countedUnits(quantity, unitWord)} in ${held}`;
}

const isPartyWord = (word: string) => PARTY_KINDS.some((kind) => kindWord(kind) === word);

/** "Partially paid 740.00 of 1,740.00." or "Paid in QuickBooks on 2026-11-24 (2 payments)." */
function paidSentence({ paid, status, context }: DetailsFacts): string {
  if (paid === undefined || status !== 'synced') return '';
  const money = (amount: string) => toReadableAmount(amount, context.currency);
  if (!paid.isWhole) return `Partially paid ${money(paid.amount)} of ${money(paid.of)}.`;
  const on = paid.lastDate === null ? '' : ` on ${paid.lastDate}`;
  const count = `${paid.payments} payment${paid.payments === 1 ? '' : 's'}`;
  return `Paid in QuickBooks${on}${paid.payments === 0 ? '' : ` (${count})`}.`;
}

/** "Created 2 products: A, B." for what had to be made on the way. */
function createdSentences(warnings: readonly Warning[]): string[] {
  const namesByType = new Map<string, string[]>();
  for (const found of warnings) {
    if (found.name !== 'created') continue;
    namesByType.set(found.params.type, [
      ...(namesByType.get(found.params.type) ?? []),
      found.params.name,
    ]);
  }
  return [...namesByType].map(([type, names]) => {
    const noun = names.length === 1 ? type : `${type}s`;
    const count = isPartyWord(type) && names.length === 1 ? '' : `${names.length} `;
    const separator = count === '' ? ' ' : ': ';
    return `Created ${count}${noun}${separator}${names.join(', ')}.`;
  });
}
