import { importContacts, noteContactsImported } from '../src/ledger/changes/imported-contacts.js';
import { mirrorRecords } from '../src/ledger/companies/records.js';
import { succeedRun } from '../src/ledger/runs/run-endings.js';
import { importPages } from '../src/pull/import-pages.js';
import { definePull } from '../src/pull/job.js';
import { changedCustomer } from '../src/qbo/mapping/changed.js';
import { mirrored } from '../src/qbo/mapping/mirrored.js';
import { recordOf } from '../src/qbo/mapping/records.js';

/**
 * Tells the app of the customers QuickBooks has whenever the setting is turned on, each once and after
 * that only where it has changed; new and changed ones come with the changes. Inactive ones are read, so that no place in the list moves, and are not told.
 */
export const importExistingContacts = definePull({
  name: 'import-contacts',
  job: 'import_contacts',

  async run(pulling) {
    const { ledger, run } = pulling;
    await importPages(pulling, {
      entity: 'Customer',
      where: (query) => query.whereIn('Active', [true, false]),
      async takeIn(tx, rows) {
        // The records before the news of them: the app may ask at once.
        const records = rows.map((row) => mirrored(recordOf('customer', row)));
        await mirrorRecords(tx, run.companyId, records);
        await importContacts(ledger, tx, run, rows.map(changedCustomer));
      },
    });
    await noteContactsImported(ledger, run);
    await succeedRun(ledger, run, 0, async () => []);
  },
});
