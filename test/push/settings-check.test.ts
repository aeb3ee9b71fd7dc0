import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PUSH_JOBS } from '../../jobs/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { SettingsCheckAnswer } from '../../src/contract/settings-check.js';
import { saveCompanyFacts } from '../../src/ledger/companies/companies.js';
import { mirrorRecords } from '../../src/ledger/companies/records.js';
import { checkedSettings } from '../../src/ledger/connections/connection-settings.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { stateDocuments } from '../../src/ledger/statements/submit.js';
import { DEFAULT_PUSH_WAITS } from '../../src/push/sending.js';
import {
  type CheckBounds,
  checkSettings,
  DEFAULT_CHECK_BOUNDS,
} from '../../src/push/settings-check.js';
import { mirrored } from '../../src/qbo/mapping/mirrored.js';
import { recordOf } from '../../src/qbo/mapping/records.js';
import { jobsByKind } from '../../src/queue/worker.js';
import { aStatedInvoice } from '../support/documents.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { aLine } from '../support/orders.js';
import { type Explained, explainEverything, wholeReads } from '../support/plans.js';
import { aConnected, anApp } from '../support/tenancy.js';

// On a ledger of its own, without QuickBooks: how much a check asks of the database, and its bounds.
// PostgreSQL itself tells the statements.
describe('a check of settings', () => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;
  let appId: string;
  let realms = 0;

  beforeAll(async () => {
    fresh = await freshLedger();
    explained = await explainEverything(fresh.url, { planCacheMode: 'force_custom_plan' });
    const { onNotice } = explained;
    ledger = await openLedger({ url: fresh.url, keys: TEST_KEYS, poolSize: 2, onNotice });
    appId = (await anApp(ledger)).app.id;
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  let connection: Connection;
  beforeEach(async () => {
    realms += 1;
    const connected = await aConnected(ledger, appId, `462081636500000${1000 + realms}`);
    connection = connected.connection;
    await fillCompany(ledger, connected.companyId);
  });

  async function check(
    change: SettingsInput,
    bounds: Partial<CheckBounds> = {},
  ): Promise<SettingsCheckAnswer> {
    const tools = { ledger, jobs: jobsByKind(PUSH_JOBS), waits: DEFAULT_PUSH_WAITS };
    const proposed = await checkedSettings(ledger.sql, connection, change);
    explained.plans.length = 0;
    const all = { ...DEFAULT_CHECK_BOUNDS, ms: 60_000, ...bounds };
    const shown = await checkSettings(tools, connection, proposed, all);
    if (shown === 'unread') throw new Error('The company was not read');
    return shown;
  }

  const invoice = (number: string, over: Parameters<typeof aStatedInvoice>[0] = {}) => ({
    kind: 'invoice' as const,
    externalId: number,
    document: aStatedInvoice({ number, ...over }),
  });
  const state = (from: number, count: number, over: Parameters<typeof aStatedInvoice>[0] = {}) =>
    stateDocuments(
      ledger,
      connection,
      Array.from({ length: count }, (_, index) => invoice(`N-${from + index}`, over)),
      'app',
    );

  const CREATING: SettingsInput = {
    customer: { missing: 'create' },
    item: { missing: 'create' },
    accounts: { income: { number: '4100' } },
  };

  it('makes as many statements for 200 documents as for a few, and looks at no more', async () => {
    const lines = [aLine(), aLine({ name: 'Moon Rock' })];
    await state(0, 8, { lines, total: '200.00' });
    await check(CREATING);
    const few = explained.plans.length;
    await state(8, 217, { lines, total: '200.00' });

    const shown = await check(CREATING);
    expect(shown).toMatchObject({ documents: { checked: 200 }, complete: true });
    expect(shown.otherwise).toMatchObject({ count: 200 });
    expect(shown.otherwise.first).toHaveLength(50);
    // The newest first.
    expect(shown.otherwise.first[0]).toMatchObject({ externalId: 'N-224' });
    expect(explained.plans).toHaveLength(few);
    expect(few).toBeGreaterThan(5);
    expect(few).toBeLessThan(25);
    expect(wholeReads(explained.plans)).toEqual([]);
    expect(explained.plans.filter(({ Plan }) => Plan['Node Type'] === 'ModifyTable')).toEqual([]);
  });

  it('says the same in portions, of which few are in memory', async () => {
    await state(0, 6);
    await state(6, 6, { lines: [aLine({ name: 'Moon Rock' })] });
    expect(await check(CREATING, { bytes: 1 })).toEqual(await check(CREATING));
  });

  it('stops when its time is up, and says so', async () => {
    await state(0, 3);
    expect(await check(CREATING, { bytes: 1, ms: 0 })).toMatchObject({
      documents: { checked: 1 },
      complete: false,
    });
  });

  it('says nothing of what a list that was never read may have', async () => {
    await ledger.sql`
      delete from record_lists where company_id = ${connection.companyId ?? ''} and type = 'item'`;
    await state(0, 2, { lines: [aLine({ name: 'Moon Rock' })] });
    await state(2, 1);
    expect(await check({ onceOnly: true })).toMatchObject({
      documents: { checked: 3, unchanged: 1, unknown: 2 },
      unknown: [{ why: 'list_unread', type: 'item', documents: 2 }],
      outcomes: [{ status: 'synced', reason: null, before: 1, after: 1 }],
    });
  });

  it('leaves out what nobody can read any more', async () => {
    await state(0, 2);
    await ledger.sql`update documents set wanted_cipher = 'x' where external_id = 'N-1'
      and connection_id = ${connection.id}`;
    expect(await check({ onceOnly: true })).toMatchObject({
      documents: { checked: 2, unchanged: 1, unknown: 1 },
      unknown: [{ why: 'unreadable', type: null, documents: 1 }],
    });
  });
});

/** A company whose lists were read: one customer, one product, two income accounts. */
async function fillCompany(ledger: Ledger, companyId: string): Promise<void> {
  await saveCompanyFacts(ledger.sql, companyId, {
    name: 'Bay Supplies',
    country: 'US',
    homeCurrency: 'USD',
    multiCurrency: false,
    customTxnNumbers: true,
    bookCloseDate: null,
    timeZone: 'UTC',
    usingSalesTax: false,
    partnerTax: false,
    allowDiscount: true,
    allowShipping: false,
    classTracking: 'off',
    trackLocations: false,
    plan: null,
  });
  const account = (Id: string, Name: string, AcctNum: string) =>
    recordOf('account', { Id, SyncToken: '0', Name, AcctNum, AccountType: 'Income', Active: true });
  const records = [
    account('400', 'Services', '4000'),
    account('410', 'Products', '4100'),
    recordOf('customer', { Id: '7', SyncToken: '0', DisplayName: 'Harbor Lane Dental' }),
    recordOf('item', {
      Id: '3',
      SyncToken: '0',
      Name: 'Consulting',
      Type: 'Service',
      IncomeAccountRef: { value: '400' },
    }),
  ];
  await mirrorRecords(ledger.sql, companyId, records.map(mirrored));
  await ledger.sql`
    insert into record_lists (company_id, type, refreshed_at)
    select ${companyId}, type, now() from unnest(${['account', 'customer', 'item']}::text[]) type
    on conflict (company_id, type) do update set refreshed_at = now()`;
}
