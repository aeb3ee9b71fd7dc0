/** The bill that a new vendor's opening balance becomes. */

import type { Company } from '../../engine/company.js';
import type { Effect, Step } from '../../engine/definition.js';
import { periodClosed } from '../../engine/service-fault.js';
import { touch, write } from '../../engine/write.js';
import { type JsonObject, numberOf, textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import { planHas } from '../company/plan.js';
import { accountOfSubType } from '../transaction/postings.js';

/** The bill is dated where the books may be closed: then the vendor is refused. */
export const openingDateIsOpen: Step = ({ company, before, after, errors, nowMs }) => {
  const closed = textOf(company.preference('AccountingInfoPrefs'), 'BookCloseDate');
  const opens = before === undefined && owes(after) && getsBill(company);
  if (opens && closed !== undefined && openingDate(after, nowMs) <= closed) {
    errors.push(periodClosed(company.facts.closedWithPassword));
  }
};

/**
 * A new vendor with a balance gets a bill for it (Vendor reference page; "Opening Balance" is the
 * recorded note of such bills). That the other side is Opening Balance Equity is a guess.
 */
export const openingBill: Effect = (company, before, after, nowMs) => {
  const id = textOf(after, 'Id');
  const vendor = company.definitions.get('Vendor');
  const bill = company.definitions.get('Bill');
  const account = accountOfSubType(company, 'OpeningBalanceEquity');
  if (after === undefined || id === undefined || account === undefined) return;
  if (vendor === undefined || bill === undefined) return;
  if (before !== undefined || !owes(after) || !getsBill(company)) return;
  const body = billOf(company, after, { id, account, nowMs });
  // The bill puts the amount on the balance again.
  touch(company, vendor, id, { Balance: 0 }, { bump: false, nowMs });
  const options = { allowDuplicateNumber: true };
  write({ company, definition: bill, operation: 'create', body, options, nowMs });
};

function owes(vendor: JsonObject): boolean {
  return (numberOf(vendor, 'Balance') ?? 0) > 0;
}

function getsBill(company: Company): boolean {
  return planHas(company.facts.plan, 'Bills and bill payments');
}

function openingDate(vendor: JsonObject, nowMs: number): string {
  return textOf(vendor, 'OpenBalanceDate') ?? pacificDate(nowMs);
}

function billOf(
  company: Company,
  vendor: JsonObject,
  { id, account, nowMs }: { id: string; account: string; nowMs: number },
): JsonObject {
  const body: JsonObject = {
    VendorRef: { value: id },
    CurrencyRef: vendor['CurrencyRef'],
    TxnDate: openingDate(vendor, nowMs),
    PrivateNote: 'Opening Balance',
    Line: [
      {
        Amount: vendor['Balance'],
        DetailType: 'AccountBasedExpenseLineDetail',
        AccountBasedExpenseLineDetail: { AccountRef: { value: account } },
      },
    ],
  };
  const isUs = company.facts.country === 'US';
  return isUs ? body : { ...body, GlobalTaxCalculation: 'NotApplicable' };
}
