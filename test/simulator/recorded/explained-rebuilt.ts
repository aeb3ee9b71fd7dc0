/** Differences between recorded objects and the same objects made once more, and their reasons. */

import type { Difference, Explanation } from './differences.js';

const unlike =
  (...recorded: unknown[]) =>
  (difference: Difference) =>
    recorded.some((each) => JSON.stringify(each) === JSON.stringify(difference.recorded));
const onlyOurs = ({ recorded }: Difference) => recorded === undefined;
const onlyRecorded = ({ ours }: Difference) => ours === undefined;

export const REBUILT: readonly Explanation[] = [
  {
    where: /: (Invoice|Bill|PurchaseOrder|Payment|Estimate|CreditMemo) \d+$/,
    path: /^(LinkedTxn(\.\d+)?|Line\.\d+\.LinkedTxn|Balance|RemainingCredit)$/,
    because: 'other transactions were linked to it later: payments, bills, deposits, estimates',
  },
  {
    where: /: (Vendor|Customer|Account) \d+$/,
    path: /^(Balance|BalanceWithJobs|CurrentBalance|CurrentBalanceWithSubAccounts)$/,
    because: 'its balance comes from transactions, or from names below it, that are not made here',
  },
  {
    where: /: (Invoice|Estimate) \d+$/,
    path: /^Line\.\d+\.SalesItemLineDetail\.ItemAccountRef\.(value|name)$/,
    because: 'the line keeps the account its item had when it was sold; the item has another now',
  },
  {
    where: /: (Invoice|Estimate|CreditMemo) \d+$/,
    path: /^ShipFromAddr$/,
    when: onlyOurs,
    because: 'a person entered it before the company tracked where it ships from',
  },
  {
    where: /: Invoice 103$/,
    path: /^(TotalAmt|TxnTaxDetail\.(TotalTax|TaxLine\.0\.(Amount|TaxLineDetail\.NetAmountTaxable)))$/,
    because: 'a person had tax computed on a line that is not taxable',
  },
  {
    where: /: Invoice (65|129)$/,
    path: /^(TotalAmt|TxnTaxDetail\.(TotalTax|TaxLine|TxnTaxCodeRef))$/,
    because: 'a person chose no tax for taxable lines; an app that names no code gets the default',
  },
  {
    where: /: Invoice 42$/,
    path: /./,
    because: 'it bills a statement charge and has no line of its own, which no app can ask for',
  },
  {
    where: /: Bill 25$/,
    path: /./,
    because: 'its cost has been billed to a customer, which no app may state (fault 2170)',
  },
  {
    where: /: Invoice \d+$/,
    path: /^DeliveryInfo$/,
    when: onlyRecorded,
    because: 'it was e-mailed afterwards',
  },
  {
    where: /: Invoice \d+$/,
    path: /^InvoiceLink$/,
    because: 'a link to the payment page is answered only when it is asked for',
  },
  {
    where: /: Purchase \d+$/,
    path: /^PurchaseEx\.any\.0\.value\.Value$/,
    when: unlike('31', '1'),
    because: 'the form a person used, which an app cannot choose',
  },
  {
    where: /: PurchaseOrder 160$/,
    path: /^Line\.0\.Received$/,
    because: 'it was sent with a quantity received of nothing',
  },
];
