import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Customer } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Journey,
  pullChanges,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';

const settings: SettingsInput = {
  modules: ['invoice', 'payment', 'customer', 'vendor'],
  vendor: { missing: 'create', update: true },
};

// What people change in QuickBooks of customers and suppliers the app states: told once, with both sides,
// and undone only where the settings say so.
describe('customers and suppliers that somebody touched in QuickBooks', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let key: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    key = `party-${number}`;
    await pullChanges(journey, company.id);
    await events();
    company.quickbooks.forget();
  });

  const stated = async (
    over: Partial<Customer> = {},
    kind: 'customer' | 'vendor' = 'customer',
    of = company,
  ) => {
    const party = { displayName: `Acme ${number}`, email: 'info@acme.example', ...over };
    await of.state(kind, key, party);
    const answer = await waitForStatus(journey, of.id, kind, key, 'synced');
    return answer.quickbooks?.id ?? '';
  };
  const answer = (kind: 'customer' | 'vendor' = 'customer', of = company) =>
    journey.client.document(of.id, kind, key);
  const drifted = (...fields: object[]) => ({
    label: 'Synced with warnings',
    warnings: [{ name: 'drifted', params: { fields } }],
  });

  it('show an e-mail and a name that are others now, and ours once the app says it again', async () => {
    const id = await stated({ phone: '555-0100' });
    company.quickbooks.edit('Customer', id, {
      DisplayName: `Acme Renamed ${number}`,
      PrimaryEmailAddr: { Address: 'books@acme.example' },
      PrimaryPhone: { FreeFormNumber: '555-0199' },
    });
    const writes = company.quickbooks.writes();
    await pullChanges(journey, company.id);
    expect(await answer()).toMatchObject(
      drifted(
        { field: 'displayName', theirs: `Acme Renamed ${number}`, ours: `Acme ${number}` },
        { field: 'email', theirs: 'books@acme.example', ours: 'info@acme.example' },
        { field: 'phone', theirs: null, ours: null },
      ),
    );
    expect(await events()).toEqual([`document.drifted customer ${key}`]);
    await pullChanges(journey, company.id);
    expect(await events()).toEqual([]);
    expect(company.quickbooks.writes()).toBe(writes);

    await stated({ phone: '555-0100', email: 'sales@acme.example' });
    await pullChanges(journey, company.id);
    expect(await answer()).toMatchObject({ label: 'Synced', warnings: [] });
    expect(company.quickbooks.one('Customer', id)).toMatchObject({
      DisplayName: `Acme Renamed ${number}`,
      PrimaryEmailAddr: { Address: 'sales@acme.example' },
    });
  });

  it('are no news by their balances, nor by what the app never stated', async () => {
    const id = await stated();
    await company.invoice(`INV-${number}`, { customer: { externalId: key } });
    await waitForStatus(journey, company.id, 'invoice', `INV-${number}`, 'synced');
    company.quickbooks.edit('Customer', id, { PrimaryPhone: { FreeFormNumber: '555-0123' } });
    await pullChanges(journey, company.id);
    expect(await answer()).toMatchObject({ label: 'Synced', warnings: [] });
    expect(await events()).toEqual([]);
  });

  it('lose the mark where somebody changes them back, and get one where they are made inactive', async () => {
    const id = await stated({}, 'vendor');
    const email = (Address: string) =>
      company.quickbooks.edit('Vendor', id, { PrimaryEmailAddr: { Address } });
    email('books@acme.example');
    await pullChanges(journey, company.id);
    expect(await answer('vendor')).toMatchObject(
      drifted({ field: 'email', theirs: 'books@acme.example', ours: 'info@acme.example' }),
    );
    email('info@acme.example');
    await pullChanges(journey, company.id);
    expect(await answer('vendor')).toMatchObject({ label: 'Synced', warnings: [] });
    company.quickbooks.edit('Vendor', id, { Active: false });
    await pullChanges(journey, company.id);
    expect(await answer('vendor')).toMatchObject(
      drifted({ field: 'active', theirs: 'false', ours: 'true' }),
    );
    expect(await events()).toEqual([
      `document.drifted vendor ${key}`,
      `document.drifted vendor ${key}`,
    ]);
  });

  it('are written again where the settings say that ours is right, and come to rest', async () => {
    const own = await salesCompany(journey, { settings: { ...settings, drift: 'push_ours' } });
    const id = await stated({}, 'customer', own);
    own.quickbooks.edit('Customer', id, {
      DisplayName: 'Another name',
      PrimaryEmailAddr: { Address: 'books@acme.example' },
    });
    await pullChanges(journey, own.id);
    await waitFor(
      () =>
        own.quickbooks.where('Customer', 'DisplayName', 'Another name')[0]?.['PrimaryEmailAddr'] !==
          undefined &&
        JSON.stringify(own.quickbooks.one('Customer', id)).includes('info@acme.example'),
      { what: 'the e-mail to be ours again' },
    );
    await waitForStatus(journey, own.id, 'customer', key, 'synced');
    const writes = own.quickbooks.writes();
    await pullChanges(journey, own.id);
    expect(await answer('customer', own)).toMatchObject({ label: 'Synced', warnings: [] });
    expect(own.quickbooks.writes()).toBe(writes);
  });

  it('and invoices that were changed while the connection was away are found once it is back', async () => {
    const away = await salesCompany(journey, { settings });
    const id = await stated({}, 'customer', away);
    await away.invoice('AWAY', { customer: { externalId: key }, dueDate: '2026-12-06' });
    const { quickbooks } = await waitForStatus(journey, away.id, 'invoice', 'AWAY', 'synced');
    await pullChanges(journey, away.id);
    const heard = told(journey, away.id);
    await heard();
    await journey.client.disconnect(away.id);
    away.quickbooks.edit('Invoice', quickbooks?.id, { DueDate: '2026-12-24' });
    away.quickbooks.edit('Customer', id, {
      PrimaryEmailAddr: { Address: 'books@acme.example' },
    });
    const { connectUrl } = await journey.client.connectLink(away.id);
    await walkThroughOAuth(connectUrl ?? '', away.realmId);
    await waitFor(async () => (await answer('customer', away)).label === 'Synced with warnings', {
      what: 'the drift of the customer to be found',
    });
    await waitFor(
      async () =>
        (await journey.client.document(away.id, 'invoice', 'AWAY')).label ===
        'Synced with warnings',
      { what: 'the drift of the invoice to be found' },
    );
    expect((await heard()).sort()).toEqual([
      `document.drifted customer ${key}`,
      'document.drifted invoice AWAY',
    ]);
  });
});
