import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { followToldMerges } from '../../src/ledger/changes/merges.js';
import { listRecords } from '../../src/ledger/companies/record-pages.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { startWantedRun } from '../../src/ledger/runs/changes-wanted.js';
import { storeWebhooks } from '../../src/ledger/runs/inbound-webhooks.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { type Explained, explainEverything, readInVain } from '../support/plans.js';
import { aConnected, anApp, CLIENT_ID } from '../support/tenancy.js';
import { aToldChange } from '../support/webhooks.js';

/** Filling and counting much takes a busy machine long. */
const PATIENT = { statementTimeoutMs: 120_000 };
const CUSTOMERS = 100_000;
const WEBHOOKS = 20_000;
const PAGE = 50;
/** A page, the row behind it, and as many hidden ones between them as there may be in a bad place. */
const IN_VAIN_MAX = 100;
const REALM = '4620816365000000001';

// A company with 100,000 customers and a month of webhooks: what people wait for, and what is done every
// second, reads what it needs. With the plans that prepared statements get after a few executions.
describe('lists and changes of a large company', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;
  let companyId: string;

  beforeAll(async () => {
    fresh = await freshLedger(PATIENT);
    const { app } = await anApp(fresh.ledger);
    ({ companyId } = await aConnected(fresh.ledger, app.id, REALM));
    // Others have as many.
    await aConnected(fresh.ledger, app.id, '4620816365000000002');
    await aConnected(fresh.ledger, app.id, '4620816365000000003');
    await fill(fresh.ledger, companyId);
    explained = await explainEverything(fresh.url, { planCacheMode: 'force_generic_plan' });
    ledger = await openLedger({
      url: fresh.url,
      keys: TEST_KEYS,
      poolSize: 4,
      ...PATIENT,
      onNotice: explained.onNotice,
    });
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  const inVain = (table: string) => readInVain(explained.plans, table);

  it('shows a page of a pick list from anywhere in it, hidden ones left out, without reading the others', async () => {
    const page = (filter: object) =>
      listRecords(ledger, companyId, 'customer', { limit: PAGE, ...filter });
    const first = await page({});
    expect(first.records).toHaveLength(PAGE);
    const late = Buffer.from(JSON.stringify(['customer 95000', '95000'])).toString('base64url');
    const next = await page({ after: first.after ?? '' });
    const deep = await page({ after: late });
    const shown = await page({ hidden: false });
    for (const one of [next, deep, shown]) expect(one.records).toHaveLength(PAGE);
    expect(shown.records.filter(({ hidden }) => hidden)).toEqual([]);
    expect(deep.records[0]?.name).toBe('Customer 95001');
    expect(inVain('records')).toBeLessThanOrEqual(IN_VAIN_MAX);
  });

  it('finds a part of a name in its company’s list alone', async () => {
    const q = 'mer 9999';
    const { records } = await listRecords(ledger, companyId, 'customer', { q, limit: PAGE });
    expect(records).toHaveLength(11);
    expect(inVain('records')).toBeLessThan(CUSTOMERS);
  });

  it('judges what Intuit told, starts its run and finds merges again by index', async () => {
    await storeWebhooks(ledger, CLIENT_ID, [
      aToldChange({ realmId: REALM, entity: 'customer', entityId: '7' }),
      aToldChange({
        realmId: REALM,
        entity: 'customer',
        entityId: '8',
        action: 'merged',
        otherId: '9',
      }),
    ]);
    const runId = await startWantedRun(ledger, companyId, { settleMs: 0 });
    expect(runId).toBeDefined();
    await followToldMerges(ledger, { id: companyId, connections: new Map() }, runId ?? 0);
    expect(inVain('inbound_webhooks')).toBeLessThanOrEqual(IN_VAIN_MAX);
    expect(inVain('links')).toBe(0);
  });
});

async function fill({ sql }: Ledger, companyId: string): Promise<void> {
  await sql`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, active, hidden)
    select c.id, 'customer', n::text, 'Customer ' || n, 'Customer ' || n, 'customer ' || n,
      true, n % 10 = 0
    from companies c cross join generate_series(1, ${CUSTOMERS}) n`;
  await sql`
    insert into inbound_webhooks (realm_hash, company_id, event_id, entity, action, entity_id,
      occurred_at, state, run_id)
    select '\\x01', ${companyId}, 'event ' || n, 'customer', 'updated', n::text, now(), 'taken', n
    from generate_series(1, ${WEBHOOKS}) n`;
  await sql`analyze records, inbound_webhooks`;
}
