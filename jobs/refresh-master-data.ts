import { saveCompanyFacts } from '../src/ledger/companies/companies.js';
import { noteListsRead } from '../src/ledger/companies/lists-read.js';
import { swapRecords } from '../src/ledger/companies/records.js';
import { succeedRun } from '../src/ledger/runs/run-endings.js';
import { definePull } from '../src/pull/job.js';
import { readTogether } from '../src/pull/lists-together.js';
import { pageThroughLists } from '../src/pull/refresh-lists.js';
import { COMPANY_READS, readCompany } from '../src/qbo/company.js';

/**
 * Brings customers, items, accounts, tax codes and the small lists from QuickBooks, and the
 * company's own facts: by one call as far as its lists are short.
 * Lists are swapped together at the end: a run that fails leaves the old ones, marked stale.
 */
export const refreshMasterData = definePull({
  name: 'refresh-master-data',
  job: 'refresh_master_data',

  async run(pulling) {
    const { ledger, quickbooks, signal } = pulling;
    const together = await readTogether(pulling);
    const run = together?.run ?? pulling.run;
    await pageThroughLists({ ...pulling, run });
    const facts = together?.facts ?? (await readCompany(quickbooks, run.companyId, { signal }));
    const reads = together?.facts === undefined ? COMPANY_READS : 0;
    await succeedRun(ledger, run, reads, async (tx) => {
      for (const type of run.types) await swapRecords(tx, run, type);
      await noteListsRead(tx, run.companyId, run.types);
      await saveCompanyFacts(tx, run.companyId, facts);
      return run.types;
    });
  },
});
