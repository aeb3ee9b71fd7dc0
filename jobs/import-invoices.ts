import { importInvoices, noteInvoicesImported } from '../src/ledger/changes/imported-invoices.js';
import { readCompanyFacts, saveCompanyFacts } from '../src/ledger/companies/companies.js';
import type { ClaimedRun } from '../src/ledger/runs/claimed-runs.js';
import { succeedRun } from '../src/ledger/runs/run-endings.js';
import { importPages } from '../src/pull/import-pages.js';
import { definePull, type Pulling } from '../src/pull/job.js';
import { COMPANY_READS, readCompany } from '../src/qbo/company.js';
import { oldInvoice } from '../src/qbo/mapping/old-invoice.js';
import type { Query } from '../src/qbo/query.js';

/** Invoices can be deleted while they are read: up to so much of a page is made up for. */
const OVERLAP = 0.1;

/**
 * Brings the invoices QuickBooks has, all or those of a span of dates, for the app to show. They are
 * frozen from there on: no change of either side reaches the other.
 */
export const importOldInvoices = definePull({
  name: 'import-invoices',
  job: 'import_invoices',

  async run(pulling) {
    const { ledger, run } = pulling;
    await noteInvoicesImported(ledger, run);
    const { homeCurrency, reads } = await homeCurrencyOf(pulling);
    await importPages(pulling, {
      entity: 'Invoice',
      where: (query) => within(query, run),
      overlap: OVERLAP,
      takeIn: (tx, rows) =>
        importInvoices(
          tx,
          run,
          rows.map((row) => oldInvoice(row, homeCurrency)),
        ),
    });
    await succeedRun(ledger, run, reads, async () => []);
  },
});

/** Amounts are kept for good, so their currency is not guessed. */
async function homeCurrencyOf({ ledger, quickbooks, run, signal }: Pulling) {
  const known = await readCompanyFacts(ledger, run.companyId);
  if (known !== undefined) return { homeCurrency: known.facts.homeCurrency, reads: 0 };
  const facts = await readCompany(quickbooks, run.companyId, { signal });
  await saveCompanyFacts(ledger.sql, run.companyId, facts);
  return { homeCurrency: facts.homeCurrency, reads: COMPANY_READS };
}

function within(query: Query, { windowFrom, windowTo }: ClaimedRun): Query {
  const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
  const since = windowFrom === null ? query : query.where('TxnDate', '>=', dayOf(windowFrom));
  return windowTo === null ? since : since.where('TxnDate', '<=', dayOf(windowTo));
}
