import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownListSizes } from '../../src/ledger/companies/list-sizes.js';
import { reckonBudgets } from '../../src/ledger/companies/read-budgets.js';
import { readMeter } from '../../src/ledger/companies/read-meter.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { lookForChanges, planLooks } from '../../src/ledger/runs/change-looks.js';
import { companyPaces } from '../../src/ledger/runs/company-pace.js';
import { beginNight, dueNights, planNights } from '../../src/ledger/runs/schedules.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { type Explained, explainEverything, readInVain, wholeReads } from '../support/plans.js';
import { aConnected, anApp } from '../support/tenancy.js';

/** Filling and counting much takes a busy machine long. */
const PATIENT = { statementTimeoutMs: 120_000 };
const COMPANIES = 10_000;
const RUNS_OF_EACH = 20;
const CUSTOMERS = 20_000;
/** What one look at what is due takes. */
const ROWS_MAX = 200;
/** Rows that a statement may read and not want. */
const IN_VAIN_MAX = 2_000;

/** What grows with every look and every night, and what has a row per company. */
const HISTORY = new Set(['runs', 'read_days', 'records', 'inbound_webhooks', 'events']);
const DUE = new Set([...HISTORY, 'schedules', 'change_looks', 'companies', 'connections']);

// Ten thousand companies with a history of runs and reads, one in fifty due: what every worker asks every
// ten seconds, and what a night or a look begins with, reads what is due.
describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', (planCacheMode) => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger(PATIENT);
    const { app } = await anApp(fresh.ledger);
    const connected = await aConnected(fresh.ledger, app.id);
    companyId = connected.companyId;
    await fill(fresh.ledger, connected.connection.id, companyId);
    explained = await explainEverything(fresh.url, { planCacheMode });
    ledger = await openLedger({
      url: fresh.url,
      keys: TEST_KEYS,
      poolSize: 6,
      ...PATIENT,
      onNotice: explained.onNotice,
    });
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  /** What everything `work` made the database do read in vain. */
  async function readBy(work: () => Promise<unknown>, large = DUE): Promise<string[]> {
    explained.plans.length = 0;
    await work();
    expect(explained.plans.length).toBeGreaterThan(0);
    const inVain = [...large].filter((table) => readInVain(explained.plans, table) > IN_VAIN_MAX);
    return [...inVain, ...wholeReads(explained.plans, large)];
  }

  it('notices a statement that reads all that is not due', async () => {
    const found = await readBy(() => ledger.sql`select count(*) from runs where reads = 7`);
    expect(found).toEqual(['runs', expect.stringMatching(/^Seq Scan on runs: select count/)]);
  });

  it('begins the nights that are due', async () => {
    const found = await readBy(async () => {
      const due = await dueNights(ledger, ROWS_MAX);
      expect(due).toHaveLength(COMPANIES / 50);
      for (const id of due.slice(0, 5)) {
        expect((await beginNight(ledger, id)).length).toBeGreaterThan(0);
      }
    });
    expect(found).toEqual([]);
  });

  it('begins the looks that are due', async () => {
    const found = await readBy(async () => {
      expect(await lookForChanges(ledger, ROWS_MAX)).toHaveLength(COMPANIES / 50);
    });
    expect(found).toEqual([]);
  });

  it('knows how changes of a company come, counts reads, and sizes its lists', async () => {
    const found = await readBy(async () => {
      await companyPaces(ledger, ledger.sql, [companyId]);
      await readMeter(ledger).count(companyId, 'contacts', 1);
      const sizes = await knownListSizes(ledger, companyId, 1_000);
      expect(sizes.get('customer')).toBe(1_000);
    });
    expect(found).toEqual([]);
  });

  it('plans nights and looks, and reckons budgets, without reading what has been', async () => {
    const found = await readBy(async () => {
      await planNights(ledger, ROWS_MAX);
      await planLooks(ledger, ROWS_MAX);
      await reckonBudgets(ledger, null);
    }, HISTORY);
    expect(found).toEqual([]);
  });
});

/** The others are as the one that is connected; every fiftieth has a night and a look due. */
async function fill({ sql }: Ledger, connectionId: string, companyId: string): Promise<void> {
  await sql`update connections set settings = settings || '{"imports": {"contacts": true, "invoices": false}}'`;
  await sql`
    insert into companies (id, intuit_client_id, realm_cipher, realm_hash, status, name, country,
      home_currency, time_zone, changes_since)
    select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, intuit_client_id, realm_cipher,
      decode(md5(n::text), 'hex'), 'connected', 'Company ' || n, 'US', 'USD', 'UTC', now()
    from companies cross join generate_series(1, ${COMPANIES - 1}) n where id = ${companyId}`;
  await sql`
    insert into connections (id, app_id, external_id, name, profile, settings, status, company_id,
      return_url, connected_at)
    select m.id, c.app_id, m.name, m.name, c.profile, c.settings, 'connected', m.id, c.return_url, now()
    from companies m cross join connections c where c.id = ${connectionId} and m.id <> ${companyId}`;
  await sql`
    insert into schedules (connection_id, job, night, due_at, last_night, whole_on,
      settings_version, company_time_zone)
    select c.id, 'refresh_master_data', current_date, now() + case
        when row_number() over (order by c.id) % 50 = 0 then interval '-1 hour' else interval '5 hours' end,
      current_date - 2, current_date - 2, c.settings_version, m.time_zone
    from connections c join companies m on m.id = c.company_id`;
  await sql`
    insert into change_looks (company_id, due_at)
    select id, date_trunc('second', now()) + case
        when row_number() over (order by id) % 50 = 1 then interval '-1 second'
      else interval '4 minutes' end from companies`;
  await sql`
    insert into runs (connection_id, company_id, job, trigger, types, status, feature, reads, created_at,
      started_at, ended_at)
    select c.id, c.company_id, 'pull_changes', 'schedule', '[]', 'succeeded', 'contacts', 1,
      now() - n * interval '5 minutes', now() - n * interval '5 minutes', now() - n * interval '5 minutes'
    from connections c cross join generate_series(1, ${RUNS_OF_EACH}) n`;
  await sql`
    insert into read_days (company_id, day, feature, reads)
    select id, current_date - n, feature, 288
    from companies cross join generate_series(0, 6) n cross join unnest(array['contacts', 'refresh']) feature`;
  await sql`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active)
    select c.id, 'customer', n::text, 'Customer ' || n, 'Customer ' || n, 'customer ' || n, true
    from companies c cross join lateral
      generate_series(1, case when c.id = ${companyId} then ${CUSTOMERS}::int else 3 end) n`;
  await sql`
    insert into record_lists (company_id, type, refreshed_at)
    select id, type, now() from companies cross join unnest(array['customer', 'item', 'account']) type`;
  await sql.unsafe('vacuum analyze');
}
