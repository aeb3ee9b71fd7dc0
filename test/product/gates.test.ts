import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, refresh, startJourney, walkThroughOAuth } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { refusalOf } from '../support/raw-api.js';
import { type Account, account } from './profile.js';

const LISTS = {
  Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
  Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
};
const CLOSED = '2026-10-31';

// What keeps a document from being sent says so in a sentence, costs no call, and goes on by itself
// or by one act.
describe('gates', () => {
  let journey: Journey;

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const shop = (settings: SettingsInput = {}, closed?: string) =>
    account(journey, {
      profile: 'auto-invoices',
      lists: LISTS,
      settings,
      company:
        closed === undefined
          ? {}
          : { preferences: { AccountingInfoPrefs: { BookCloseDate: closed } } },
    });

  const state = (to: Account, number: string, over: Partial<InvoiceInput> = {}) =>
    to.state('invoice', number, anInvoice({ number, ...over }));

  describe('the cut-off', () => {
    it('of connecting counts creation, not sending, and support lets a single one through', async () => {
      const to = await shop({ cutOff: 'connected' });
      const createdAt = new Date(Date.now() - 86_400_000).toISOString();
      const old = await state(to, 'OLD', { createdAt });
      const { connectedAt } = await journey.client.connection(to.id);
      expect(old).toMatchObject({
        status: 'not_ready',
        label: 'Not synced',
        reason: 'before_cut_off',
        details: `Created on ${createdAt.slice(0, 10)}, before QuickBooks was connected (${connectedAt?.slice(0, 10)}). Only invoices created after that are synced.`,
      });
      expect(to.quickbooks.calls()).toEqual([]);
      await state(to, 'NEW', { createdAt: new Date().toISOString() });
      await to.settled('invoice', 'NEW');

      const opened = await journey.client.override(to.id, 'invoice', 'OLD', 'cut_off');
      expect(['queued', 'syncing', 'synced']).toContain(opened.status);
      expect(await to.settled('invoice', 'OLD')).toMatchObject({ label: 'Synced' });
      // A later change of it is let through as well.
      await state(to, 'OLD', { createdAt, memo: 'Second visit' });
      expect(await to.settled('invoice', 'OLD')).toMatchObject({ syncedRevision: 2 });
    });

    it('of a date keeps what was created before it, and says from when on', async () => {
      const to = await shop({ cutOff: '2026-11-01' });
      expect(await state(to, 'D-1', { createdAt: '2026-10-31T23:00:00-06:00' })).toMatchObject({
        reason: 'before_cut_off',
        details: 'Created on 2026-10-31. Only invoices created from 2026-11-01 on are synced.',
      });
      await state(to, 'D-2', { createdAt: '2026-11-01T00:30:00-06:00' });
      await to.settled('invoice', 'D-2');
    });
  });

  describe('finalization', () => {
    it('holds what goes by itself, and lets it go the moment support is done', async () => {
      const { client } = journey;
      const { realmId } = await shop();
      const fresh = await journey.connect({
        profile: 'auto-invoices',
        realmId,
        settings: { finalization: true },
      });
      const stated = await client.state(fresh.id, 'invoice', 'F-1', anInvoice({ number: 'F-1' }));
      expect(stated).toMatchObject({
        status: 'waiting',
        label: 'Paused',
        reason: 'not_finalized',
        details: 'QuickBooks is connected but support has not finalized the integration yet.',
      });
      await refresh(journey, fresh.id);
      await client.finalize(fresh.id);
      const { status } = await client.document(fresh.id, 'invoice', 'F-1');
      expect(['queued', 'syncing', 'synced']).toContain(status);
    });

    it('stays over a disconnect and a reconnect', async () => {
      const { client } = journey;
      const to = await shop({ finalization: true });
      await client.disconnect(to.id);
      const { connectUrl } = await client.connectLink(to.id);
      await walkThroughOAuth(connectUrl ?? '', to.realmId);
      expect((await client.connection(to.id)).status).toBe('connected');
    });
  });

  describe('closed books', () => {
    it('hold a document where the settings say so, until the period is open again', async () => {
      const to = await shop({ closedPeriod: 'hold' }, CLOSED);
      to.quickbooks.forget();
      await state(to, 'H-1', { issueDate: '2026-10-12' });
      expect(await to.settled('invoice', 'H-1', 'waiting')).toMatchObject({
        reason: 'period_closed',
        params: { closedThrough: CLOSED, date: '2026-10-12' },
      });
      expect(to.quickbooks.writes()).toBe(0);
      journey.simulator.control.changeCompany(to.realmId, {
        preferences: { AccountingInfoPrefs: { BookCloseDate: '2026-09-30' } },
      });
      await refresh(journey, to.id);
      await journey.client.retry(to.id, 'invoice', 'H-1');
      await to.settled('invoice', 'H-1');
    });

    it('move a new form to the first open day, keep the date it states, and say so', async () => {
      const to = await shop({ closedPeriod: 'first_open_day' }, CLOSED);
      await state(to, 'O-1', { issueDate: '2026-10-12', memo: 'Thank you' });
      const synced = await to.settled('invoice', 'O-1');
      expect(synced.warnings).toContainEqual({
        name: 'other_date',
        params: { stated: '2026-10-12', used: '2026-11-01' },
      });
      const form = to.quickbooks.one('Invoice', synced.quickbooks?.id);
      expect(form).toMatchObject({ TxnDate: '2026-11-01' });
      expect(String(form['PrivateNote'])).toMatch(/^Dated 2026-10-12\.\nThank you\n/);
    });

    it('do not hold what was moved: it is updated and voided where QuickBooks has it', async () => {
      const to = await shop({ closedPeriod: 'first_open_day' }, CLOSED);
      await state(to, 'O-2', { issueDate: '2026-10-12' });
      const { quickbooks } = await to.settled('invoice', 'O-2');
      await state(to, 'O-2', { issueDate: '2026-10-12', memo: 'Second visit' });
      expect(await to.settled('invoice', 'O-2')).toMatchObject({ syncedRevision: 2 });
      const form = to.quickbooks.one('Invoice', quickbooks?.id);
      expect(form).toMatchObject({ TxnDate: '2026-11-01' });
      expect(String(form['PrivateNote'])).toMatch(/^Dated 2026-10-12\.\nSecond visit\n/);
      await journey.client.withdraw(to.id, 'invoice', 'O-2');
      await to.settled('invoice', 'O-2', 'voided');
    });

    it.each([
      ['hold', 'waiting', 0],
      ['first_open_day', 'synced', 1],
    ] as const)(
      'closed a moment ago act by the same setting: %s',
      async (closedPeriod, status, made) => {
        const to = await shop({ closedPeriod });
        journey.simulator.control.act(to.realmId, { do: 'close_books', date: CLOSED });
        await state(to, 'N-1', { issueDate: '2026-10-12' });
        await to.settled('invoice', 'N-1', status);
        expect(to.quickbooks.where('Invoice', 'TxnDate', '2026-11-01')).toHaveLength(made);
      },
    );
  });

  describe('settings', () => {
    it.each<[string, SettingsInput, SettingsInput, Partial<InvoiceInput>]>([
      ['not_released', { sendWhen: ['sent'] }, { sendWhen: ['approved'] }, { status: 'approved' }],
      ['kind_off', { modules: ['customer'] }, { modules: ['customer', 'invoice'] }, {}],
      ['kind_off', { direction: 'off' }, { direction: 'to_quickbooks' }, {}],
      ['waits_for_click', { start: 'click' }, { start: 'automatic' }, {}],
      ['before_cut_off', { cutOff: '2999-01-01' }, { cutOff: 'none' }, {}],
    ])('that kept something back let it go once they are others: %s %j %j', async (...played) => {
      const [reason, before, after, over] = played;
      const to = await shop(before);
      expect(await state(to, 'S-1', over)).toMatchObject({ reason });
      await journey.client.changeSettings(to.id, { documentWord: 'bill of sale' });
      expect(await journey.client.document(to.id, 'invoice', 'S-1')).toMatchObject({ reason });
      await journey.client.changeSettings(to.id, after);
      const { history } = await to.settled('invoice', 'S-1');
      expect(history.map(({ what }) => what)).toContain('settings_changed');
      expect(to.quickbooks.commits()).toEqual(['create Invoice']);
    });

    it('that kept something back say why they do so still', async () => {
      const to = await shop({ modules: ['customer'], start: 'click' });
      expect(await state(to, 'S-2')).toMatchObject({ status: 'skipped', reason: 'kind_off' });
      await journey.client.changeSettings(to.id, { modules: ['customer', 'invoice'] });
      expect(await journey.client.document(to.id, 'invoice', 'S-2')).toMatchObject({
        status: 'not_ready',
        reason: 'waits_for_click',
        actions: expect.arrayContaining(['sync']),
      });
      expect(to.quickbooks.calls()).toEqual([]);
    });

    it('that let closed books be held go on with another date at once', async () => {
      const to = await shop({ closedPeriod: 'hold' }, CLOSED);
      await state(to, 'S-3', { issueDate: '2026-10-12' });
      await to.settled('invoice', 'S-3', 'waiting');
      await journey.client.changeSettings(to.id, { closedPeriod: 'first_open_day' });
      await to.settled('invoice', 'S-3');
    });

    it('are refused with all problems at once, accounts of the wrong type among them', async () => {
      const to = await shop();
      const refusal = await refusalOf(
        journey.client.changeSettings(to.id, {
          start: 'monthly',
          documentWord: ' ',
          accounts: { income: { name: 'Checking' }, deposit: { name: 'Sales' } },
        } as never),
      );
      expect(refusal.status).toBe(422);
      expect(refusal.problem.errors?.map(({ field }) => field).sort()).toEqual([
        'accounts.deposit',
        'accounts.income',
        'documentWord',
        'start',
      ]);
      expect(await journey.client.settings(to.id)).toMatchObject({ start: 'automatic' });
    });
  });
});
