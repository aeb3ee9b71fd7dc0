import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VendorInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Account, account, type Lists } from '../product/profile.js';
import { type Journey, startJourney } from '../support/journey.js';
import { waitFor } from '../support/wait-for.js';

const ANNA = { id: 'Anna', rights: ['suppliers:write'] };
const BOB = { id: 'Bob', rights: [] };

const LISTS: Lists = {
  Customer: [{ Id: '7', DisplayName: 'Copperline Bakery' }],
  Vendor: [
    {
      Id: '31',
      DisplayName: 'Brosnahan Insurance',
      AcctNum: 'V-31',
      PrimaryEmailAddr: { Address: 'Office@Brosnahan.example' },
      PrimaryPhone: { FreeFormNumber: '555-0100' },
      BillAddr: { Id: '1', Line1: '1 Quay', Line2: 'Suite 5', City: 'Middlefield' },
    },
    { Id: '32', DisplayName: 'Twin One', PrimaryEmailAddr: { Address: 'twins@example.com' } },
    { Id: '33', DisplayName: 'Twin Two', PrimaryEmailAddr: { Address: 'twins@example.com' } },
    { Id: '34', DisplayName: 'Old Paper Mill', Active: false },
  ],
};

// Suppliers as documents of their own: found by name or e-mail, added, and changed only where the
// setting and the right of who acts allow it.
describe('suppliers', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const join = (vendor: SettingsInput['vendor'] = {}, lists: Lists = LISTS) =>
    account(journey, {
      profile: 'supplier-invoices',
      settings: { vendor, accounts: { payable: { name: 'Accounts Payable (A/P)' } } },
      lists,
    });
  const open = { missing: 'create', update: true, updateNeedsRight: false } as const;
  const stated = (app: Account, id: string, vendor: VendorInput) => app.state('vendor', id, vendor);
  const settled = (app: Account, id: string, status?: string) => app.settled('vendor', id, status);
  const settledRevision = (app: Account, id: string, revision: number) =>
    waitFor(
      async () => {
        const answer = await settled(app, id);
        return answer.syncedRevision === revision ? answer : undefined;
      },
      { what: `revision ${revision} of ${id} to be settled` },
    );

  it('are added with all that is stated of them', async () => {
    const app = await join(open);
    await stated(app, 'V-1', {
      displayName: 'Moretti: Trento',
      givenName: 'Tania',
      companyName: 'Moretti Srl',
      email: 'tania@moretti.example',
      phone: '555-0199',
      taxId: 'IT-12345678901',
      terms: { name: 'Net 30' },
      billAddress: { line1: '9 Via Roma', city: 'Trento' },
    });
    const added = await settled(app, 'V-1');
    expect(added.details).toBe(
      `Supplier Moretti: Trento created in QuickBooks (Id ${added.quickbooks?.id}). QuickBooks could not take the name "Moretti: Trento"; there it is "Moretti - Trento".`,
    );
    expect(app.quickbooks.commits()).toEqual(['create Vendor']);
    expect(app.quickbooks.one('Vendor', added.quickbooks?.id)).toMatchObject({
      DisplayName: 'Moretti - Trento',
      GivenName: 'Tania',
      CompanyName: 'Moretti Srl',
      PrimaryEmailAddr: { Address: 'tania@moretti.example' },
      PrimaryPhone: { FreeFormNumber: '555-0199' },
      TermRef: { value: '3' },
      BillAddr: { Line1: '9 Via Roma', City: 'Trento' },
    });
    const listed = await journey.client.records(app.id, 'vendor', { q: 'Moretti' });
    expect(listed.records).toMatchObject([
      { name: 'Moretti - Trento', recordId: added.quickbooks?.id, active: true },
    ]);
  });

  it('that QuickBooks has by name are updated where that is set, and nothing is blanked', async () => {
    const app = await join(open);
    await stated(app, 'V-2', {
      displayName: 'brosnahan insurance',
      email: 'new@brosnahan.example',
      billAddress: { line1: '2 Pier' },
    });
    expect(await settled(app, 'V-2')).toMatchObject({
      quickbooks: { id: '31' },
      warnings: [{ name: 'case_differs', params: { name: 'Brosnahan Insurance' } }],
    });
    expect(app.quickbooks.commits()).toEqual(['update Vendor']);
    const updated = app.quickbooks.one('Vendor', '31');
    expect(updated).toMatchObject({
      DisplayName: 'Brosnahan Insurance',
      AcctNum: 'V-31',
      PrimaryEmailAddr: { Address: 'new@brosnahan.example' },
      PrimaryPhone: { FreeFormNumber: '555-0100' },
      BillAddr: { Line1: '2 Pier', City: 'Middlefield' },
    });
    expect(updated).not.toHaveProperty('BillAddr.Line2');

    await stated(app, 'V-2', { displayName: 'brosnahan insurance', phone: '', memo: 'No news' });
    expect((await settledRevision(app, 'V-2', 2)).details).toMatch(/found in QuickBooks/);
    expect(app.quickbooks.commits()).toEqual(['update Vendor']);
  });

  it('are found by e-mail where that is set, the oldest of several with a warning', async () => {
    const app = await join({ ...open, match: ['email', 'name'] });
    await stated(app, 'V-3', { displayName: 'Brosnahan', email: 'OFFICE@brosnahan.example' });
    expect(await settled(app, 'V-3')).toMatchObject({ quickbooks: { id: '31' } });
    await stated(app, 'V-4', { displayName: 'One of Twins', email: 'twins@example.com' });
    expect(await settled(app, 'V-4')).toMatchObject({
      quickbooks: { id: '32' },
      warnings: [{ name: 'same_email', params: { name: 'Twin Two', type: 'supplier' } }],
      details: expect.stringContaining(
        'Another supplier in QuickBooks has the same e-mail address: Twin Two.',
      ),
    });
    expect(app.quickbooks.writes()).toBe(0);
  });

  it('are not made twice beside a customer or an inactive supplier of that name', async () => {
    const app = await join(open);
    await stated(app, 'V-5', { displayName: 'Copperline Bakery' });
    expect(await settled(app, 'V-5', 'failed')).toMatchObject({
      reason: 'duplicate_name',
      params: { name: 'Copperline Bakery', type: 'customer' },
    });
    await stated(app, 'V-6', { displayName: 'Old Paper Mill' });
    expect(await settled(app, 'V-6', 'failed')).toMatchObject({
      reason: 'record_inactive',
      params: { type: 'supplier', name: 'Old Paper Mill' },
    });
    expect(app.quickbooks.commits()).toEqual([]);
  });

  it('get another name beside a customer of theirs where that is set, and keep it', async () => {
    const app = await join({ ...open, nameTaken: 'suffix' });
    await stated(app, 'V-7', { displayName: 'Copperline Bakery', phone: '1' });
    const added = await settled(app, 'V-7');
    expect(added.warnings).toEqual([
      {
        name: 'name_given',
        params: { wanted: 'Copperline Bakery', used: 'Copperline Bakery (V)' },
      },
    ]);
    await stated(app, 'V-7', { displayName: 'Copperline Bakery', phone: '2' });
    await settledRevision(app, 'V-7', 2);
    expect(app.quickbooks.commits()).toEqual(['create Vendor', 'update Vendor']);
    expect(app.quickbooks.one('Vendor', added.quickbooks?.id)).toMatchObject({
      DisplayName: 'Copperline Bakery (V)',
      PrimaryPhone: { FreeFormNumber: '2' },
    });
    expect(app.quickbooks.one('Customer', '7')).not.toHaveProperty('PrimaryPhone');
  });

  it('T10 are nobody’s to change where the setting is off, also those that were added by us', async () => {
    const app = await join({ missing: 'create', update: false });
    const left = { name: 'update_not_made', params: { why: 'setting' } };
    await stated(app, 'V-8', { displayName: 'Brosnahan Insurance', phone: '9', actor: ANNA });
    expect(await settled(app, 'V-8')).toMatchObject({
      label: 'Synced with warnings',
      quickbooks: { id: '31' },
      warnings: [left],
      details:
        'Supplier Brosnahan Insurance found in QuickBooks (Id 31). It is left as it is in QuickBooks: the settings do not let suppliers be updated.',
    });
    // What QuickBooks has already is nothing to warn of.
    await stated(app, 'V-9', { displayName: 'Brosnahan Insurance', phone: '555-0100' });
    expect(await settled(app, 'V-9')).toMatchObject({ label: 'Synced', warnings: [] });

    await stated(app, 'V-10', { displayName: 'Added By Us', phone: '1' });
    await settled(app, 'V-10');
    await stated(app, 'V-10', { displayName: 'Added By Us', phone: '2', actor: ANNA });
    expect((await settledRevision(app, 'V-10', 2)).warnings).toEqual([left]);
    expect(app.quickbooks.commits()).toEqual(['create Vendor']);
  });

  it('T11 are changed only by a user with the right, whose word may be the same', async () => {
    const app = await join({ missing: 'create', update: true, updateNeedsRight: true });
    const news = { displayName: 'Brosnahan Insurance', phone: '9' };
    await stated(app, 'V-11', { ...news, actor: BOB });
    expect(await settled(app, 'V-11')).toMatchObject({
      warnings: [{ name: 'update_not_made', params: { why: 'right', actor: 'Bob' } }],
      details: expect.stringContaining('Bob may not update suppliers.'),
    });
    expect(app.quickbooks.writes()).toBe(0);

    await stated(app, 'V-11', { ...news, actor: ANNA });
    expect(await settledRevision(app, 'V-11', 2)).toMatchObject({
      warnings: [],
      details: 'Supplier Brosnahan Insurance updated in QuickBooks (Id 31).',
    });
    expect(app.quickbooks.one('Vendor', '31')).toMatchObject({
      PrimaryPhone: { FreeFormNumber: '9' },
    });

    // Said again by somebody else it takes nothing back, and is no wish of its own.
    const again = await stated(app, 'V-11', { ...news, actor: BOB });
    expect(again).toMatchObject({ result: 'unchanged', status: 'synced', warnings: [] });
    await stated(app, 'V-12', { ...news, phone: '10' });
    expect((await settled(app, 'V-12')).details).toMatch(/no user is named who may update/);
    expect(app.quickbooks.commits()).toEqual(['update Vendor']);
  });

  it('T11 are added only by a user with the right where the settings ask for it', async () => {
    const app = await join();
    const moretti = { displayName: 'Moretti' };
    await stated(app, 'V-13', { ...moretti, actor: BOB });
    expect(await settled(app, 'V-13', 'failed')).toMatchObject({
      reason: 'vendor_right_missing',
      params: { actor: 'Bob' },
      details:
        'The supplier is not in QuickBooks, and Bob may not add suppliers. Add it there, or let someone with the right send it again.',
    });
    // Again without the right: tried, and refused for the same reason.
    expect(await stated(app, 'V-13', { ...moretti, actor: BOB })).toMatchObject({
      result: 'unchanged',
    });
    await settled(app, 'V-13', 'failed');
    expect(app.quickbooks.writes()).toBe(0);

    await stated(app, 'V-13', { ...moretti, actor: ANNA });
    expect((await settled(app, 'V-13')).details).toMatch(/^Supplier Moretti created in QuickBooks/);
    await stated(app, 'V-14', { displayName: 'Nobody Said Who' });
    expect(await settled(app, 'V-14', 'failed')).toMatchObject({
      reason: 'vendor_right_missing',
      params: { actor: '' },
      details: expect.stringContaining('no user is named who may add suppliers'),
    });
    expect(app.quickbooks.commits()).toEqual(['create Vendor']);
  });

  it('keep the right of who stated them, also where somebody else has them tried again', async () => {
    const app = await join();
    const wrong = { displayName: 'Moretti', terms: { name: 'Net 45' } };
    await stated(app, 'V-15', { ...wrong, actor: ANNA });
    expect(await settled(app, 'V-15', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'terms' },
    });
    app.quickbooks.add('Term', { Name: 'Net 45', DueDays: 45 });
    await journey.client.startRun(app.id, 'refresh_master_data');
    await waitFor(
      async () => {
        await stated(app, 'V-15', { ...wrong, actor: BOB });
        return (await journey.client.document(app.id, 'vendor', 'V-15')).status === 'synced'
          ? true
          : undefined;
      },
      { what: 'the supplier to be added once its terms are known' },
    );
    expect(app.quickbooks.commits()).toContain('create Vendor');
  });

  it('have ids of the app’s own, which cannot be those of the worker', async () => {
    const app = await join(open);
    await expect(stated(app, 'record:31', { displayName: 'Brosnahan' })).rejects.toMatchObject({
      status: 422,
    });
    await expect(
      journey.client.stateMany(app.id, [
        { kind: 'vendor', externalId: 'name:Brosnahan', document: { displayName: 'Brosnahan' } },
      ]),
    ).resolves.toMatchObject({ results: [{ status: 422 }] });
  });
});
