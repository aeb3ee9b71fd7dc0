import { traitsOf } from '../contract/documents/index.js';
import { type PayableAccount, payableAccounts } from '../ledger/companies/payable-accounts.js';
import { mirrorRecords } from '../ledger/companies/records.js';
import type { JsonObject } from '../qbo/fault.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { recordOf } from '../qbo/mapping/records.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import { PAYABLE_ACCOUNT } from './purchase-mentions.js';
import type { Sending, SendingItem } from './sending.js';

/**
 * Finds the account of what is owed to the supplier: the one the settings name where it is of the
 * form's currency, else the only active one of that currency. From the mirror; a company of which
 * none is known costs one metered read.
 */
export async function findPayableAccounts(sending: Sending): Promise<void> {
  const { job, open, company } = sending;
  if (traitsOf(job.kind).form !== 'purchase') return;
  const wanting = open.filter((item) => !isSet(sending, item));
  if (wanting.length === 0) return;
  const accounts = await knownAccounts(sending);
  for (const { loaded, matched } of wanting) {
    const { homeCurrency } = company;
    const currency = loaded.document.currency ?? homeCurrency;
    const fitting = accounts.filter((one) => (one.currency ?? homeCurrency) === currency);
    const [only] = company.multiCurrency ? fitting : accounts;
    const isOnly = (company.multiCurrency ? fitting : accounts).length === 1;
    if (only !== undefined && isOnly) matched.set(PAYABLE_ACCOUNT, only.quickbooksId);
    else matched.delete(PAYABLE_ACCOUNT);
  }
}

/** QuickBooks keeps what is owed in a foreign currency on an account of that currency. */
function isSet({ company }: Sending, { loaded, matched, records }: SendingItem): boolean {
  if (!matched.has(PAYABLE_ACCOUNT)) return false;
  const { homeCurrency, multiCurrency } = company;
  const currency = records.get(PAYABLE_ACCOUNT)?.facts['currency'] ?? homeCurrency;
  return !multiCurrency || currency === (loaded.document.currency ?? homeCurrency);
}

async function knownAccounts(sending: Sending): Promise<PayableAccount[]> {
  const { tools, push, signal } = sending;
  const { sql } = tools.ledger;
  const known = await payableAccounts(sql, push.companyId);
  if (known.length > 0 || sending.rehearsal !== undefined) return known;
  const query = select('Account').where('AccountType', '=', 'Accounts Payable').page(1, MAX_PAGE);
  const rows = await tools.quickbooks.query<JsonObject>(push.companyId, query.text(), { signal });
  const records = rows.map((row) => mirrored(recordOf('account', row)));
  await mirrorRecords(sql, push.companyId, records);
  return payableAccounts(sql, push.companyId);
}
