/** Differences between samples of the reference pages and our answers, and their reasons. */

import type { Difference, Explanation } from './differences.js';

const onlyOurs = ({ recorded }: Difference) => recorded === undefined;
const differ = ({ recorded, ours }: Difference) => recorded !== undefined && ours !== undefined;

/** Members that answers of today have (recorded in 2026, or in the schema) and old samples lack. */
const NEWER =
  /\.(CurrencyRef|CustomExtensions|V4IDPseudonym|FreeFormAddress|AllowIPNPayment|AllowOnline\w+|IsProject|ShipFromAddr|DeferredRevenue|LineNum|BillRate|CostRate|LineEx|POStatus|Received|TotalAmt|Balance|LinkedTxn|TxnTaxDetail|ProcessPayment|EmailStatus)$/;

export const DOCUMENTED: readonly Explanation[] = [
  {
    where: /: (Create|Full update|Sparse update)|: Response$|: Void/,
    path: NEWER,
    when: onlyOurs,
    because: 'the sample is older than the member',
  },
  {
    where: /./,
    path: /\.SyncToken$/,
    because: 'request and answer on the page are of different moments of the object',
  },
  {
    where: /./,
    path: /\.ProjectRef(\.(name|value))?$/,
    because: 'added to the samples by hand: other answers and requests of the same page lack it',
  },
  {
    where: /: (Create|Sparse update)/,
    path: /\.DocNumber$/,
    because: 'the next number of another company, or of another object with the same id',
  },
  {
    where: /./,
    path: /\.(Lat|Long)$/,
    when: onlyOurs,
    because: 'the page left out the coordinates that its own request or sample shows',
  },
  {
    where: /companyinfo/,
    path: /\.Country$/,
    because: 'announced in 2025: these three addresses answer the country in three letters',
  },
  {
    where: /: (Query|Response)/,
    path: /^QueryResponse\.(maxResults|totalCount)$/,
    when: differ,
    because: 'the page shows a part of the rows it counts',
  },
  {
    where: /account.*: Create/,
    path: /\.(Name|FullyQualifiedName)$/,
    because: 'the page asks for one name and shows another',
  },
  {
    where: /item.*: Update a category/,
    path: /\.(Name|FullyQualifiedName)$/,
    because: 'the page asks for the old name and shows a new one',
  },
  {
    where: /creditmemo.*: Create/,
    path: /\.CustomerRef\.name$/,
    because: 'the page spells the customer in two ways',
  },
  {
    where: /journalentry.*: Create/,
    path: /\.AccountRef\.name$/,
    because: 'the page names account 39 in two ways',
  },
  {
    where: /deposit.*: Full update/,
    path: /\.(TxnDate|TotalAmt)$/,
    because: 'the page shows the state before the update',
  },
  {
    where: /salesreceipt.*: Sparse update/,
    path: /\.(Line\.\d+\..*|TotalAmt)$/,
    because: 'the page asks for one line and shows another',
  },
  {
    where: /: (Create|Full update) an invoice/,
    path: /\.Deposit$/,
    because: 'the sample company took deposits on invoices',
  },
  {
    where: /: Send/,
    path: /\.DeliveryInfo\.DeliveryTime$/,
    because: 'the time of another call than the one the answer is stamped with',
  },
  {
    where: /salesreceipt.*: Send/,
    path: /\.BillEmail$/,
    when: onlyOurs,
    because: 'the page does not say where it was sent; an address has to be given here',
  },
  {
    where: /purchaseorder.*: (Create|Full update)/,
    path: /\.(ShipTo|POEmail)$/,
    when: onlyOurs,
    because: 'the page asks for it and does not show it, though its own sample object has it',
  },
  {
    where: /purchase\.samples.*: Create/,
    path: /\.CustomField$/,
    because: 'recorded since: purchases answer no custom fields',
  },
  {
    where: /(attachable|taxcode).*: (Response|Query)/,
    path: /^QueryResponse\.(Attachable|TaxCode)\.\d+\.(domain|sparse|SyncToken|Active)$/,
    when: onlyOurs,
    because: 'rows cut to a few members: of chosen columns, or of codes the service makes up',
  },
  {
    where: /payment\.samples.*: Full update/,
    path: /\.CustomerRef\.name$/,
    when: onlyOurs,
    because: 'the page leaves out the name that all its other answers show',
  },
];
