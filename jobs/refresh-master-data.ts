import { saveCompanyFacts } from '../src/ledger/companies/companies.js';
import { noteListsRead } from '../src/ledger/companies/lists-read.js';
import { swapRecords } from '../src/ledger/companies/records.js';
import { succeedRun } from '../src/ledger/runs/run-endings.js';
import { definePull } from '../src/pull/job.js';
import { pageThroughLists } from '../src/pull/refresh-lists.js';
import { COMPANY_READS, readCompany } from '../src/qbo/company.js';

/**
 * Brings customers, items, accounts, tax codes and the small lists from QuickBooks, and the
 * company's own facts.
 * Lists are swapped together at the end: a run that fails leaves the old ones, marked stale.
 */
export const refreshMasterData = definePull({
  name: 'refresh-master-data',
  job: 'refresh_master_data',

  async run(pulling) {
    await pageThroughLists(pulling);
    const { ledger, quickbooks, run, signal } = pulling;
    const facts = await readCompany(quickbooks, run.companyId, { signal });
    await succeedRun(ledger, run, COMPANY_READS, async (tx) => {
      for (const type of run.types) await swapRecords(tx, run, type);
      await noteListsRead(tx, run.companyId, run.types);
      await saveCompanyFacts(tx, run.companyId, facts);
      return run.types;
    });
  },
});
