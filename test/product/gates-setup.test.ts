import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type ConnectOptions,
  type Journey,
  pullChanges,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi, refusalOf } from '../support/raw-api.js';
import { waitFor } from '../support/wait-for.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const INCOME = { name: 'Sales of Product Income' };
const EXPENSE = { name: 'Uncategorized Expense' };
const PAYABLE = { name: 'Accounts Payable (A/P)' };

// Connected is not yet sending where the settings ask for more: what is missing is said, and what
// waits for it goes on by itself once the last of it is there.
describe('the setup', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const client = () => journey.client;

  /** A connection whose settings ask for something, its lists read once. */
  async function shop(settings: SettingsInput, o: ConnectOptions = {}) {
    const { realmId } = journey.simulator.control.createCompany({ country: 'US', seed: 'new' });
    journey.simulator.control.load(realmId, LISTS);
    const connected = await journey.connect({
      profile: 'auto-invoices',
      settings,
      realmId,
      ...o,
    });
    await refresh(journey, connected.id);
    const quickbooks = quickBooksSide(journey, connected);
    quickbooks.forget();
    return { id: connected.id, realmId, quickbooks };
  }

  const state = (id: string, number: string) =>
    journey.client.state(id, 'invoice', number, anInvoice({ number }));
  const settled = (id: string, number: string) =>
    waitForStatus(journey, id, 'invoice', number, 'synced');
  const expectNothingSent = (quickbooks: QuickBooksSide) => expect(quickbooks.calls()).toEqual([]);

  const WITH_EXPENSE: SettingsInput = { setupRequires: ['accounts.income', 'accounts.expense'] };

  it('W7 nothing is sent before the Expense Account is set, and the connection says what is missing', async () => {
    const { id, quickbooks } = await shop(WITH_EXPENSE);
    expect(await journey.client.connection(id)).toMatchObject({
      status: 'setup_incomplete',
      setupMissing: ['accounts.income', 'accounts.expense'],
      actions: ['force_sync', 'disconnect'],
    });
    expect(await state(id, 'W-1')).toMatchObject({
      status: 'waiting',
      label: 'Paused',
      reason: 'setup_incomplete',
      params: { missing: ['accounts.income', 'accounts.expense'] },
      details: 'The setup is not complete: the income account, the expense account.',
      actions: ['skip'],
    });
    expectNothingSent(quickbooks);
  });

  it('W7 saving with Expense Account empty is refused, whatever is saved', async () => {
    const { id } = await shop(WITH_EXPENSE);
    const refused = async (change: SettingsInput) => {
      const refusal = await refusalOf(journey.client.changeSettings(id, change));
      expect(refusal.status).toBe(422);
      return refusal.problem.errors;
    };
    expect(await refused({ accounts: { income: INCOME } })).toEqual([
      {
        field: 'accounts.expense',
        rule: 'must not be empty: the setup requires it (setupRequires)',
      },
    ]);
    expect((await refused({ documentWord: 'order' }))?.map(({ field }) => field)).toEqual([
      'accounts.income',
      'accounts.expense',
    ]);
    expect(
      (await refused({ accounts: { income: INCOME, expense: null } } as never))?.map(
        ({ field }) => field,
      ),
    ).toEqual(['accounts.expense']);
    expect(await journey.client.settings(id)).toMatchObject({ accounts: {} });
  });

  it('W7 Uncategorized Expense is accepted, and what waited goes on by itself', async () => {
    const { id } = await shop(WITH_EXPENSE);
    await state(id, 'W-2');
    await journey.client.changeSettings(id, { accounts: { income: INCOME, expense: EXPENSE } });
    expect(await journey.client.connection(id)).toMatchObject({
      status: 'connected',
      setupMissing: [],
    });
    const { history } = await settled(id, 'W-2');
    expect(history.map(({ what }) => what)).toContain('setup_completed');
    // Emptying it again is refused like any other saving without it.
    const refusal = await refusalOf(
      journey.client.changeSettings(id, { accounts: { expense: null } } as never),
    );
    expect(refusal.problem.errors?.map(({ field }) => field)).toEqual(['accounts.expense']);
  });

  it('W7 the Expense Account is validated by its type, and so is the credit account', async () => {
    const { id } = await shop({});
    const refusal = await refusalOf(
      journey.client.changeSettings(id, { accounts: { expense: PAYABLE, payable: EXPENSE } }),
    );
    expect(refusal.problem.errors?.map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      'accounts.expense must be one active account of type Expense or Cost of Goods Sold or Other Expense',
      'accounts.payable must be one active account of type Accounts Payable',
    ]);
    const none = await refusalOf(
      journey.client.changeSettings(id, { accounts: { expense: { name: 'No such account' } } }),
    );
    expect(none.problem.errors?.map(({ field }) => field)).toEqual(['accounts.expense']);
    await journey.client.changeSettings(id, { accounts: { expense: EXPENSE, payable: PAYABLE } });
  });

  it('W7 an account is asked for as soon as the settings ask for it', async () => {
    const { id } = await shop({});
    const refusal = await refusalOf(
      journey.client.changeSettings(id, { setupRequires: ['accounts.payable'] }),
    );
    expect(refusal.problem.errors?.map(({ field }) => field)).toEqual(['accounts.payable']);
    await journey.client.changeSettings(id, {
      setupRequires: ['accounts.payable'],
      accounts: { payable: PAYABLE },
    });
    expect(await journey.client.connection(id)).toMatchObject({ status: 'connected' });
  });

  it('W7 an account that cannot be one is no account: the first download says so', async () => {
    const { id, quickbooks } = await shop({
      setupRequires: ['accounts.income', 'accounts.expense', 'accounts.payable', 'lists'],
      accounts: { income: INCOME, expense: { name: 'No such account' }, payable: EXPENSE },
    });
    const incomplete = {
      status: 'setup_incomplete',
      setupMissing: ['accounts.expense', 'accounts.payable'],
    };
    expect(await client().connection(id)).toMatchObject(incomplete);
    expect(await state(id, 'W-5')).toMatchObject({
      status: 'waiting',
      details:
        'The setup is not complete: the expense account, the credit account (accounts payable).',
    });
    expectNothingSent(quickbooks);
    await client().changeSettings(id, { accounts: { expense: EXPENSE, payable: PAYABLE } });
    await settled(id, 'W-5');
  });

  it('W7 an account that becomes inactive makes the setup incomplete, and comes back with it', async () => {
    const { id, quickbooks } = await shop({
      ...WITH_EXPENSE,
      accounts: { income: INCOME, expense: EXPENSE },
    });
    const [account] = quickbooks.where('Account', 'Name', EXPENSE.name);
    const turn = async (Active: boolean, status: string, read: typeof pullChanges) => {
      quickbooks.edit('Account', String(account?.['Id']), { Active });
      await read(journey, id);
      await waitFor(async () => (await client().connection(id)).status === status, {
        what: `the connection to be ${status}`,
      });
    };
    await turn(false, 'setup_incomplete', pullChanges);
    expect(await client().connection(id)).toMatchObject({ setupMissing: ['accounts.expense'] });
    quickbooks.forget();
    expect(await state(id, 'W-6')).toMatchObject({
      status: 'waiting',
      params: { missing: ['accounts.expense'] },
    });
    expectNothingSent(quickbooks);
    await turn(true, 'connected', refresh);
    await settled(id, 'W-6');
  });

  it('W4, W9 a click is taken while the setup is incomplete, and goes on by itself after it', async () => {
    const { id, quickbooks } = await shop({ ...WITH_EXPENSE, start: 'click' });
    expect(await state(id, 'W-3')).toMatchObject({ reason: 'waits_for_click' });
    expect(await state(id, 'W-4')).toMatchObject({ reason: 'waits_for_click' });
    expect(await client().sync(id, 'invoice', 'W-3')).toMatchObject({
      status: 'waiting',
      reason: 'setup_incomplete',
    });
    expectNothingSent(quickbooks);
    await client().changeSettings(id, { accounts: { income: INCOME, expense: EXPENSE } });
    await settled(id, 'W-3');
    expect(await client().document(id, 'invoice', 'W-4')).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
    });
  });

  it('T23 the setup is complete with the credit account and the first download, whichever comes last', async () => {
    const { id } = await shop({ setupRequires: ['accounts.payable', 'lists'] });
    expect(await client().connection(id)).toMatchObject({
      status: 'setup_incomplete',
      setupMissing: ['accounts.payable'],
    });
    expect(await state(id, 'T-1')).toMatchObject({ params: { missing: ['accounts.payable'] } });
    await client().changeSettings(id, { accounts: { payable: PAYABLE } });
    await settled(id, 'T-1');
  });

  it('T23 a connection that was never connected says what it will need', async () => {
    const made = await client().createConnection({
      externalId: 'never',
      name: 'Never',
      profile: 'auto-invoices',
      settings: { setupRequires: ['accounts.payable', 'lists'] },
      returnUrl: 'https://app.example/settings',
    });
    expect(made).toMatchObject({ status: 'new', setupMissing: ['accounts.payable', 'lists'] });
    expect(await state(made.id, 'T-2')).toMatchObject({ reason: 'reconnect_needed' });
  });
  it('T23 finalizing is refused while the setup is incomplete, and names what is missing', async () => {
    const { id } = await shop({ setupRequires: ['accounts.payable', 'lists'], finalization: true });
    await state(id, 'T-3');
    expect(await client().connection(id)).toMatchObject({
      status: 'awaiting_finalization',
      setupMissing: ['accounts.payable'],
    });
    expect(await refusalOf(client().finalize(id))).toMatchObject({
      status: 409,
      problem: {
        type: 'urn:qbo-sync:problem:setup_incomplete',
        detail: 'The setup is not complete: the credit account (accounts payable).',
      },
    });
    await client().changeSettings(id, { accounts: { payable: PAYABLE } });
    expect(await client().document(id, 'invoice', 'T-3')).toMatchObject({
      reason: 'not_finalized',
    });
    expect(await client().finalize(id)).toMatchObject({ status: 'connected' });
    await settled(id, 'T-3');
  });

  it('T23 the first download of a company counts for every connection to it', async () => {
    const { realmId } = await shop({});
    const next = await journey.connect({
      profile: 'auto-invoices',
      realmId,
      settings: { setupRequires: ['lists'] },
    });
    expect(next.connection).toMatchObject({ status: 'connected', setupMissing: [] });
  });

  it('T23 through locked, finalization and setup the gates open one after the other', async () => {
    const { id } = await shop(
      { lock: 'trial', finalization: true, ...WITH_EXPENSE },
      { attributes: { trial: 'no' } },
    );
    await state(id, 'T-4');
    const reasonNow = async () => (await client().document(id, 'invoice', 'T-4')).reason;
    const attributes = (trial: string) =>
      rawApi(journey, 'PATCH', `/v1/connections/${id}`, { body: { attributes: { trial } } });
    await attributes('yes');
    expect(await reasonNow()).toBe('locked');
    await attributes('no');
    expect(await reasonNow()).toBe('not_finalized');
    await client().changeSettings(id, { accounts: { income: INCOME, expense: EXPENSE } });
    await client().finalize(id);
    await settled(id, 'T-4');
  });
});
