import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { createKey } from '../../src/ledger/apps/apps.js';
import { type Journey, refresh, startJourney } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { rawApi, refusalOf } from '../support/raw-api.js';
import { type Account, account } from './profile.js';

const LISTS = {
  Account: [
    { Id: '400', Name: 'Services', AcctNum: '4000', AccountType: 'Income' },
    { Id: '410', Name: 'Products', AcctNum: '4100', AccountType: 'Income' },
  ],
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '400' } }],
};

const moonRock = aLine({ name: 'Moon Rock' });

// What a change of settings would do, asked before it is saved. Documents wait for a click, so that
// nothing of theirs is in QuickBooks, unless a test sends them.
describe('a check of settings', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const shop = (settings: SettingsInput = {}, company = {}) =>
    account(journey, {
      profile: 'auto-invoices',
      lists: LISTS,
      company,
      settings: { start: 'click', item: { missing: 'create' }, ...settings },
    });

  const state = (to: Account, number: string, over: Partial<InvoiceInput> = {}) =>
    to.state('invoice', number, anInvoice({ number, ...over }));

  const check = (to: Account, change: SettingsInput) => journey.client.checkSettings(to.id, change);

  it('counts the lines that another income account would take, and leaves products there are alone', async () => {
    const to = await shop({ accounts: { income: { number: '4000' } } });
    const lines = [moonRock, aLine(), aLine({ name: 'Comet Dust' })];
    await state(to, 'A-1', { lines, total: '300.00' });
    await state(to, 'A-2', { lines: [moonRock] });
    await state(to, 'A-3');

    const shown = await check(to, { accounts: { income: { number: '4100' } } });
    expect(shown).toMatchObject({
      documents: { checked: 3, unchanged: 1, changed: 2, otherwise: 0, unknown: 0 },
      complete: true,
      lines: { checked: 5, changed: 3 },
      coding: {
        count: 1,
        first: [
          {
            what: 'account',
            from: {
              is: 'record',
              type: 'account',
              recordId: '400',
              name: 'Services',
              number: '4000',
            },
            to: {
              is: 'record',
              type: 'account',
              recordId: '410',
              name: 'Products',
              number: '4100',
            },
            lines: 3,
            documents: 2,
          },
        ],
      },
      contents: [],
      outcomes: [{ status: 'synced', reason: null, before: 3, after: 3 }],
      warnings: [{ name: 'other_account', before: 0, after: 2 }],
      creates: { count: 0 },
      totals: [],
    });
  });

  it('tells which documents would fail, and why', async () => {
    const to = await shop({ accounts: { income: { number: '4000' } } });
    await state(to, 'B-1');
    await state(to, 'B-2', { lines: [moonRock] });

    const shown = await check(to, {
      accounts: { income: { number: '4100' } },
      item: { otherAccount: 'fail' },
    });
    expect(shown.documents).toMatchObject({ changed: 1, otherwise: 1 });
    expect(shown.outcomes).toEqual([
      { status: 'synced', reason: null, before: 2, after: 1 },
      { status: 'failed', reason: 'other_account', before: 0, after: 1 },
    ]);
    expect(shown.otherwise).toMatchObject({
      count: 1,
      first: [
        {
          kind: 'invoice',
          externalId: 'B-1',
          number: 'B-1',
          before: { status: 'synced', reason: null },
          after: {
            status: 'failed',
            reason: 'other_account',
            params: { name: 'Consulting', wanted: 'Products', used: 'Services' },
            details: expect.stringContaining('Consulting'),
          },
        },
      ],
    });
  });

  it('says what would not be created any more', async () => {
    const to = await shop({ customer: { missing: 'create' } });
    await state(to, 'C-1', { customer: { name: 'Nova Ltd' } });
    await state(to, 'C-2', { customer: { name: 'Nova Ltd' } });
    await state(to, 'C-3');

    expect(await check(to, { customer: { missing: 'fail' } })).toMatchObject({
      documents: { checked: 3, unchanged: 1, otherwise: 2 },
      outcomes: [
        { status: 'synced', before: 3, after: 1 },
        { status: 'failed', reason: 'customer_missing', before: 0, after: 2 },
      ],
      creates: { count: 1, first: [{ type: 'customer', name: 'Nova Ltd', before: 2, after: 0 }] },
    });
  });

  it('fails a document with the product that could not be created for it', async () => {
    const to = await shop({ accounts: { income: { number: '4000' } } });
    await state(to, 'D-1', { lines: [moonRock] });
    to.quickbooks.edit('Account', '400', { Active: false });
    await refresh(journey, to.id);
    const shown = await check(to, { accounts: { income: { number: '4100' } } });
    expect(shown.otherwise.first).toMatchObject([
      {
        externalId: 'D-1',
        before: { status: 'failed', reason: 'record_inactive', params: { type: 'account' } },
        after: { status: 'synced', reason: null },
      },
    ]);
  });

  it.each<[string, SettingsInput, string, string]>([
    ['a kind that is switched off', { modules: ['customer'] }, 'skipped', 'kind_off'],
    ['a status that is not sent', { sendWhen: ['approved'] }, 'not_ready', 'not_released'],
    ['a date that is before the cut-off', { cutOff: '2099-01-01' }, 'not_ready', 'before_cut_off'],
  ])('asks the gates: %s', async (_what, change, status, reason) => {
    const to = await shop();
    await state(to, 'E-1');
    expect(await check(to, change)).toMatchObject({
      documents: { checked: 1, otherwise: 1 },
      lines: { checked: 0 },
      otherwise: { first: [{ before: { status: 'synced' }, after: { status, reason } }] },
    });
  });

  it('tells amounts, tax and totals that would come out otherwise', async () => {
    const to = await shop({ tax: 'fold' });
    const taxed = { lines: [aLine({ taxCode: { name: 'TAX' } })], total: '108.00' };
    await state(to, 'F-1', { ...taxed, taxMode: 'exclusive', tax: { total: '8.00', lines: [] } });

    const shown = await check(to, { tax: 'as_billed' });
    expect(shown).toMatchObject({
      documents: { changed: 1 },
      lines: { checked: 1, changed: 1 },
      coding: {
        first: [
          {
            what: 'taxCode',
            from: { is: 'word', name: 'not taxable' },
            to: { is: 'word', name: 'taxable' },
          },
        ],
      },
      totals: [],
    });
    expect(shown.contents).toContainEqual({
      what: 'amount',
      lines: 1,
      documents: 1,
      examples: [
        { kind: 'invoice', externalId: 'F-1', number: 'F-1', line: 1, from: '108', to: '100' },
      ],
    });
    expect(shown.contents).toContainEqual(
      expect.objectContaining({ what: 'tax', lines: 0, documents: 1 }),
    );
  });

  it('takes what was sent as if it were sent anew, whatever its status', async () => {
    const to = await shop({ start: 'automatic', onceOnly: true });
    await state(to, 'G-1', { memo: 'Two hours' });
    await to.settled('invoice', 'G-1');
    const shown = await check(to, { provenanceMark: false });
    expect(shown.documents).toMatchObject({ checked: 1, changed: 1 });
    expect(shown.contents).toMatchObject([
      { what: 'memo', lines: 0, documents: 1, examples: [{ line: null, to: 'Two hours' }] },
    ]);
    // What the app took back is nobody's question any more.
    await journey.client.withdraw(to.id, 'invoice', 'G-1');
    await to.settled('invoice', 'G-1', 'voided');
    expect((await check(to, { provenanceMark: false })).documents.checked).toBe(0);
  });

  it('asks nothing of QuickBooks and changes nothing here', async () => {
    const to = await shop({ customer: { missing: 'create', update: true } });
    const customer = { name: 'Harbor Lane Dental', phone: '555-0100' };
    await state(to, 'H-1', { customer, lines: [moonRock] });
    await state(to, 'H-2', { customer: { name: 'Nova Ltd' } });
    to.quickbooks.forget();
    const before = await everyRow();
    const shown = await check(to, {
      customer: { missing: 'fail', update: false },
      accounts: { income: { number: '4100' } },
    });
    expect(shown).toMatchObject({
      documents: { checked: 2 },
      updates: { before: 1, after: 0 },
    });
    expect(await everyRow()).toEqual(before);
    expect(to.quickbooks.calls()).toEqual([]);
    expect(await journey.client.settings(to.id)).toMatchObject({ customer: { missing: 'create' } });
  });

  /** A hash of every table that says what is wanted, where it stands and what is known. */
  async function everyRow(): Promise<string[]> {
    const { sql } = journey.house.ledger;
    const tables = ['documents', 'links', 'records', 'pushes', 'requests', 'connections', 'events'];
    return Promise.all(
      [...tables, 'settings_history', 'audit_log', 'document_history'].map(async (table) => {
        const rows = await sql`select t::text as row from ${sql(table)} t order by 1`;
        const hash = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
        return `${table} ${rows.length} ${hash}`;
      }),
    );
  }

  it('tells what saving would let go, with its money', async () => {
    const to = await shop();
    await state(to, 'L-1', { lines: [aLine()] });
    await state(to, 'L-2', { lines: [aLine()] });
    expect((await check(to, { onceOnly: true })).letGo).toMatchObject({ documents: 0, kinds: [] });
    const shown = await check(to, { start: 'automatic' });
    expect(shown.letGo).toEqual({
      complete: true,
      checked: 2,
      documents: 2,
      kinds: [
        {
          kind: 'invoice',
          status: 'queued',
          reason: null,
          documents: 2,
          amounts: [{ currency: 'USD', amount: '200.00' }],
        },
      ],
    });
    await journey.client.changeSettings(to.id, { start: 'automatic' });
    await to.settled('invoice', 'L-1');
    await to.settled('invoice', 'L-2');
  });

  it('refuses what a change would be refused for, every problem at once', async () => {
    const to = await shop();
    const change = { tax: 'none', colour: 'red', accounts: { income: { number: '9999' } } };
    const path = `/v1/connections/${to.id}/settings`;
    const checked = await rawApi(journey, 'POST', `${path}/check`, { body: change });
    const changed = await rawApi(journey, 'PATCH', path, { body: change });
    expect(checked.status).toBe(422);
    expect(checked.body.errors).toEqual(changed.body.errors);
    expect(checked.body.errors).toHaveLength(3);
  });

  it('says that QuickBooks was not read yet', async () => {
    const { id } = await journey.client.createConnection({
      externalId: 'never-connected',
      name: 'Never connected',
      profile: 'auto-invoices',
      returnUrl: 'https://app.example/settings',
    });
    const refusal = await refusalOf(journey.client.checkSettings(id, { onceOnly: true }));
    expect(refusal).toMatchObject({
      status: 409,
      problem: { type: 'urn:qbo-sync:problem:reconnect_needed' },
    });
  });

  it('tells the gates that would close', async () => {
    const to = await shop();
    await state(to, 'I-1');
    expect(await check(to, { finalization: true })).toMatchObject({
      connection: { before: 'connected', after: 'awaiting_finalization' },
      documents: { unchanged: 1 },
    });
  });

  it('codes money received, too', async () => {
    const bank = { Id: '35', Name: 'Till', AccountType: 'Bank' };
    const to = await account(journey, {
      profile: 'crm',
      lists: { ...LISTS, Account: [...LISTS.Account, bank] },
      settings: { customer: { match: ['name'] } },
    });
    const money = { date: '2026-11-22', customer: { name: 'Harbor Lane Dental' }, applies: [] };
    await to.state('payment', 'P-1', { ...money, amount: '40.00' });
    await to.settled('payment', 'P-1');
    expect(await check(to, { accounts: { deposit: { name: 'Till' } } })).toMatchObject({
      documents: { checked: 1, changed: 1 },
      coding: {
        first: [
          {
            what: 'depositAccount',
            from: { is: 'none', name: 'none' },
            to: { is: 'record', type: 'account', recordId: '35', name: 'Till', number: null },
            lines: 0,
            documents: 1,
          },
        ],
      },
    });
  });

  it('is for keys that may change settings', async () => {
    const to = await shop();
    const { key } = await createKey(
      journey.house.ledger,
      { appId: journey.appId, scopes: ['documents', 'read'] },
      'test',
    );
    const path = `/v1/connections/${to.id}/settings/check`;
    expect(await rawApi(journey, 'POST', path, { body: {}, key })).toMatchObject({ status: 403 });
  });
});
