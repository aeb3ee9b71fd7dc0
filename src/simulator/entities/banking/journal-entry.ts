/** Journal entries: debits and credits of any accounts, which are equal in sum. */

import type { Draft, EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  flag,
  integer,
  listOf,
  money,
  object,
  oneOf,
  person,
  reference,
  text,
} from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { missingMember, unbalancedEntry } from '../../engine/service-fault.js';
import { TXN_TAX_DETAIL } from '../../engine/shapes.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { absentBecomes } from '../steps.js';
import { appliedLinesStay } from '../transaction/applied-stays.js';
import { currencyFits, homeAmounts } from '../transaction/currency.js';
import { TRANSACTION } from '../transaction/fields.js';
import { inHomeCurrency } from '../transaction/home-postings.js';
import { openBalancesOf } from '../transaction/paying.js';
import { type Posting, type PostingsOf, posts } from '../transaction/postings.js';
import { booksAreOpen, numberIsFree, transactionDate } from '../transaction/rules.js';
import { BANKING } from './banking-form.js';
import { entityOnLine, nameOfPosting } from './names-on-lines.js';

const DETAIL = 'JournalEntryLineDetail';

/** Recorded: line ids count from 0 and there are no line numbers. */
const entryLines: Step = (draft) => {
  const { after, before, sent } = draft;
  if (sent['Line'] === undefined) return;
  const stored = new Set(objectsOf(before, 'Line').map((line) => textOf(line, 'Id')));
  let last = Math.max(-1, ...[...stored].map((id) => Number(id ?? -1)));
  const newId = () => {
    last += 1;
    return String(last);
  };
  after['Line'] = objectsOf(after, 'Line').map((line) => {
    const own = textOf(line, 'Id');
    const known = own !== undefined && stored.has(own);
    return entryLine(draft, line, known ? own : newId());
  });
};

function entryLine(draft: Draft, line: JsonObject, id: string): JsonObject {
  const { errors } = draft;
  const { Id: _, LineNum: __, Description, Amount, DetailType, ...rest } = line;
  const head: JsonObject = { Id: id };
  if (Description !== undefined) head['Description'] = Description;
  if (DetailType === 'DescriptionOnly') {
    return { ...head, DetailType, ...rest, CustomExtensions: [] };
  }
  const detail = objectOf(line, DETAIL);
  if (detail === undefined) errors.push(missingMember(`Line.${DETAIL}`));
  else entryDetail(draft, detail);
  if (Amount === undefined) errors.push(missingMember('Line.Amount'));
  const amount = amountOf(cents(numberOf(line, 'Amount') ?? 0));
  return { ...head, Amount: amount, DetailType: DETAIL, ...rest, CustomExtensions: [] };
}

function entryDetail({ company, errors }: Draft, detail: JsonObject): void {
  if (detail['PostingType'] === undefined) errors.push(missingMember('PostingType'));
  if (detail['AccountRef'] === undefined) errors.push(missingMember('AccountRef'));
  const named = objectOf(detail, 'Entity');
  const type = textOf(company.find('Account', refIdOf(detail, 'AccountRef')), 'AccountType');
  entityOnLine({ company, errors }, type, refIdOf(named, 'EntityRef'), textOf(named, 'Type'));
}

function sideCents(line: JsonObject): number {
  const credit = textOf(objectOf(line, DETAIL), 'PostingType') === 'Credit';
  return (credit ? -1 : 1) * cents(numberOf(line, 'Amount') ?? 0);
}

/** Fault 2300. */
const debitsEqualCredits: Step = ({ after, errors }) => {
  const sum = objectsOf(after, 'Line').reduce((all, line) => all + sideCents(line), 0);
  if (sum !== 0) errors.push(unbalancedEntry());
};

export const entryPostings: PostingsOf = (company, entry) => {
  const sides = objectsOf(entry, 'Line').map((line): Posting => {
    const detail = objectOf(line, DETAIL);
    const accountId = refIdOf(detail, 'AccountRef');
    const id = refIdOf(objectOf(detail, 'Entity'), 'EntityRef');
    return { accountId, cents: sideCents(line), ...nameOfPosting(company, accountId, id) };
  });
  return inHomeCurrency(company, entry, sides);
};

function customersOf(entry: JsonObject): Set<string> {
  return new Set(
    objectsOf(entry, 'Line').flatMap(
      (line) => refIdOf(objectOf(objectOf(line, DETAIL), 'Entity'), 'EntityRef') ?? [],
    ),
  );
}

export const journalEntry: EntityDefinition = {
  ...BANKING,
  name: 'JournalEntry',
  path: 'journalentry',
  required: ['Line'],
  equalityIndexes: ['DocNumber'],
  fields: {
    Adjustment: flag(),
    HomeCurrencyAdjustment: flag(),
    EnteredInHomeCurrency: flag(),
    TotalAmt: money('r'),
    HomeTotalAmt: money('r'),
    ...TRANSACTION,
    GlobalTaxCalculation: oneOf(['TaxExcluded', 'TaxInclusive', 'NotApplicable']),
    Line: listOf(
      object({
        Id: text(),
        LineNum: integer(),
        Description: text(4000),
        Amount: money(),
        DetailType: oneOf([DETAIL, 'DescriptionOnly']),
        [DETAIL]: object({
          PostingType: oneOf(['Debit', 'Credit']),
          Entity: object({
            Type: oneOf(['Customer', 'Vendor', 'Employee', 'Job', 'Other']),
            EntityRef: person('plain'),
          }),
          AccountRef: reference('Account'),
          ClassRef: reference('Class'),
          DepartmentRef: reference('Department'),
          TaxCodeRef: reference(),
          TaxRateRef: reference(),
          TaxApplicableOn: text(),
          TaxAmount: money(),
          TaxInclusiveAmt: money(),
          BillableStatus: oneOf(['Billable', 'NotBillable', 'HasBeenBilled']),
          JournalCodeRef: reference(),
          JournalEntryLineDetailEx: anything(),
        }),
        DescriptionLineDetail: anything(),
        ProjectRef: reference('Customer'),
        LineEx: anything(),
        CustomExtensions: listOf(anything()),
      }),
    ),
    TxnTaxDetail: object(TXN_TAX_DETAIL),
    JournalEntryEx: anything(),
  },
  derive: [
    transactionDate,
    entryLines,
    debitsEqualCredits,
    // Recorded: the total of an entry is 0 and its tax is empty.
    absentBecomes({ Adjustment: false, TotalAmt: 0, TxnTaxDetail: {} }),
    homeAmounts,
  ],
  checks: [booksAreOpen, currencyFits, numberIsFree, appliedLinesStay('JournalEntry', customersOf)],
  effects: [posts('JournalEntry', entryPostings), openBalancesOf('JournalEntry', customersOf)],
};
