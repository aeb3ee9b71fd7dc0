/** What a new customer owes is an invoice, what a new vendor is owed a bill. */

import type { Company } from '../../engine/company.js';
import { type JsonObject, numberOf, refIdOf, textOf } from '../../json.js';
import { planHas } from '../company/plan.js';
import { equity, NOTE, opens } from '../transaction/opening-balance.js';
import { accountOfType } from '../transaction/postings.js';

/** What the invoice looks like is a guess. */
export const customerOpens = opens('OpenBalanceDate', {
  amount: (company, customer) => takenOff(company, 'Customer', customer),
  entity: 'Invoice',
  members: (company, customer, amount, date) => ({
    CustomerRef: company.referenceTo('Customer', textOf(customer, 'Id') ?? ''),
    CurrencyRef: customer['CurrencyRef'] ?? company.currency,
    DueDate: date,
    Line: [
      {
        Id: '1',
        LineNum: 1,
        Description: NOTE,
        Amount: amount,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: {
          ItemRef: company.referenceTo('Item', firstItem(company)),
          ItemAccountRef: equity(company),
          ...withoutTax(company),
        },
        CustomExtensions: [],
      },
      { Amount: amount, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ],
    TotalAmt: amount,
    Balance: amount,
    LinkedTxn: [],
    PrintStatus: 'NotSet',
    EmailStatus: 'NotSet',
  }),
});

/** "Opening Balance" is the recorded note of such bills; the rest of it is a guess. */
export const vendorOpens = opens('OpenBalanceDate', {
  amount: (company, vendor) => (getsBill(company) ? takenOff(company, 'Vendor', vendor) : 0),
  entity: 'Bill',
  members: (company, vendor, amount, date) => ({
    VendorRef: company.referenceTo('Vendor', textOf(vendor, 'Id') ?? ''),
    ...(vendor['BillAddr'] === undefined ? {} : { VendorAddr: vendor['BillAddr'] }),
    CurrencyRef: vendor['CurrencyRef'] ?? company.currency,
    APAccountRef: payableOf(company, vendor),
    DueDate: date,
    Line: [
      {
        Id: '1',
        LineNum: 1,
        Amount: amount,
        LinkedTxn: [],
        DetailType: 'AccountBasedExpenseLineDetail',
        AccountBasedExpenseLineDetail: {
          AccountRef: equity(company),
          BillableStatus: 'NotBillable',
          ...withoutTax(company),
        },
        CustomExtensions: [],
      },
    ],
    TotalAmt: amount,
    Balance: amount,
    ...(company.facts.country === 'US'
      ? {}
      : { TxnTaxDetail: { TotalTax: 0 }, GlobalTaxCalculation: 'NotApplicable' }),
  }),
});

/** Plans without bills keep the balance as it is stated. */
export function getsBill(company: Company): boolean {
  return planHas(company.facts.plan, 'Bills and bill payments');
}

/** The stated balance. It is taken off the name, since the transaction to be made brings it. */
function takenOff(company: Company, entity: string, name: JsonObject): number {
  const definition = company.definitions.get(entity);
  const balance = numberOf(name, 'Balance') ?? 0;
  if (definition === undefined || balance <= 0) return 0;
  const withJobs = name['BalanceWithJobs'] === undefined ? {} : { BalanceWithJobs: 0 };
  company.store(definition, { ...name, Balance: 0, ...withJobs });
  return balance;
}

function withoutTax(company: Company): JsonObject {
  return company.facts.country === 'US' ? { TaxCodeRef: { value: 'NON' } } : {};
}

function payableOf(company: Company, vendor: JsonObject): JsonObject | undefined {
  const id = accountOfType(company, 'Accounts Payable', refIdOf(vendor, 'CurrencyRef'));
  return id === undefined ? undefined : company.referenceTo('Account', id);
}

function firstItem(company: Company): string {
  const [item] = company.collection('Item').objects();
  return textOf(item, 'Id') ?? '';
}
