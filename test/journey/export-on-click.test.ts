import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi, refusalOf } from '../support/raw-api.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { waitFor } from '../support/wait-for.js';

// A released order, a known client, one new product; the second click is refused. The whole way
// through HTTP: the app's client, web, queue, worker and a QuickBooks that counts what it is asked.
describeOnBothQueues('export-on-click', (queue) => {
  let journey: Journey;
  let evergreen: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    const { control } = journey.simulator;
    const { realmId } = control.createCompany({ country: 'US', seed: 'new' });
    control.load(realmId, {
      Customer: [
        { Id: '58', DisplayName: 'Blue Spruce Dispensary' },
        { Id: '59', DisplayName: 'Closed Corner Store (deleted)', Active: false },
      ],
      Item: [
        { Id: '19', Name: 'OG Kush 3.5g', Type: 'Service', IncomeAccountRef: { value: '79' } },
      ],
    });
    evergreen = await journey.connect({
      profile: 'export-on-click',
      realmId,
      settings: {
        accounts: {
          income: { name: 'Sales of Product Income' },
          receivable: { name: 'Accounts Receivable (A/R)' },
        },
      },
    });
    quickbooks = quickBooksSide(journey, evergreen);
    await refresh(journey, evergreen.id);
    await journey.client.finalize(evergreen.id);
  });
  afterAll(() => journey?.close());

  const state = (id: string, order: InvoiceInput) =>
    journey.client.state(evergreen.id, 'invoice', id, order);
  const click = (id: string) => journey.client.sync(evergreen.id, 'invoice', id);
  const settled = (id: string, status: string) =>
    waitForStatus(journey, evergreen.id, 'invoice', id, status);
  const anOrder = (number: string, overrides: Partial<InvoiceInput> = {}) =>
    anInvoice({
      number,
      status: 'released',
      customer: { name: 'Blue Spruce Dispensary' },
      lines: [aLine({ name: 'OG Kush 3.5g' })],
      ...overrides,
    });

  const order: InvoiceInput = {
    number: 'SO-10452',
    status: 'released',
    issueDate: '2026-11-20',
    customer: { name: 'Blue Spruce Dispensary' },
    lines: [
      { name: 'OG Kush 3.5g', quantity: '40', unitPrice: '18.00', amount: '720.00' },
      { name: 'Lemon Haze Pre-roll 1g', quantity: '100', unitPrice: '4.25', amount: '425.00' },
    ],
    total: '1145.00',
  };
  const ONCE =
    /^Order SO-10452 was already exported to QuickBooks as invoice SO-10452 on \d{4}-\d\d-\d\d\. An order can be exported only once\.$/;

  it('waits for the click, sends once on two clicks at the same time, refuses the next one', async () => {
    quickbooks.forget();
    expect(await state('SO-10452', order)).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      label: 'Not synced',
      actions: ['sync'],
    });
    expect(quickbooks.calls()).toEqual([]);

    // Both wait for the order: of clicks that merely follow each other the second one is refused.
    const { ledger } = journey.house;
    const letGo = await holdLocks(
      ledger,
      (tx) => tx`select 1 from documents where external_id = 'SO-10452' for update`,
    );
    const clicks = Promise.all([click('SO-10452'), click('SO-10452')]);
    await waitFor(async () => (await waitingForLocks(ledger, 'documents')) === 2, {
      what: 'both clicks to wait for the order',
    });
    await letGo();
    await clicks;
    const synced = await settled('SO-10452', 'synced');

    const id = synced.quickbooks?.id;
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Invoice SO-10452 created in QuickBooks (Id ${id}), total 1,145.00. Created 1 product: Lemon Haze Pre-roll 1g.`,
    });
    expect(quickbooks.commits()).toEqual(['create Item', 'create Invoice']);
    expect(quickbooks.writes()).toBe(2);
    const [lemonHaze] = quickbooks.where('Item', 'Name', 'Lemon Haze Pre-roll 1g');
    expect(lemonHaze).toMatchObject({ IncomeAccountRef: { value: '79' } });
    const invoice = quickbooks.one('Invoice', id);
    expect(invoice).toMatchObject({
      DocNumber: 'SO-10452',
      TxnDate: '2026-11-20',
      TotalAmt: 1145,
      CustomerRef: { value: '58' },
      Line: [
        {
          Amount: 720,
          SalesItemLineDetail: { ItemRef: { value: '19' }, Qty: 40, UnitPrice: 18 },
        },
        {
          Amount: 425,
          SalesItemLineDetail: { ItemRef: { value: lemonHaze?.['Id'] }, Qty: 100, UnitPrice: 4.25 },
        },
        { DetailType: 'SubTotalLineDetail' },
      ],
    });
    expect(invoice).not.toHaveProperty('TxnTaxDetail.TaxLine');

    quickbooks.forget();
    const refusal = await refusalOf(click('SO-10452'));
    expect(refusal).toMatchObject({
      status: 409,
      problem: {
        type: 'urn:qbo-sync:problem:already_exported',
        detail: expect.stringMatching(ONCE),
      },
    });
    expect(await settled('SO-10452', 'synced')).toMatchObject({ label: 'Synced' });
    expect(quickbooks.calls()).toEqual([]);
  });

  it('stores a change after the export, shows it, and sends nothing', async () => {
    quickbooks.forget();
    const stated = await state('SO-10452', { ...order, dueDate: '2026-12-20' });

    expect(stated).toMatchObject({
      result: 'stored',
      status: 'synced',
      label: 'Synced, changes not sent',
      revision: 2,
      syncedRevision: 1,
      reason: null,
    });
    expect(stated.warnings).toContainEqual({ name: 'changed_after_export' });
    expect(stated.details).toContain(
      'The order was changed after its export; the change is not in QuickBooks.',
    );
    expect((await refusalOf(click('SO-10452'))).problem.detail).toMatch(ONCE);
    expect(await settled('SO-10452', 'synced')).toMatchObject({ revision: 2, syncedRevision: 1 });
    expect(quickbooks.calls()).toEqual([]);
  });

  it('refuses the click before the order is released', async () => {
    quickbooks.forget();
    await state('SO-1', anOrder('SO-1', { status: 'draft', statusLabel: 'Picking' }));

    const refusal = await refusalOf(click('SO-1'));
    expect(refusal).toMatchObject({
      status: 409,
      problem: {
        type: 'urn:qbo-sync:problem:not_released',
        detail: 'This order is "Picking". It goes to QuickBooks once it is released.',
      },
    });
    expect(await settled('SO-1', 'not_ready')).toMatchObject({ reason: 'not_released' });
    // Releasing it is not clicking it.
    expect(await state('SO-1', anOrder('SO-1'))).toMatchObject({ reason: 'waits_for_click' });
    expect(quickbooks.calls()).toEqual([]);
  });

  it('creates a client whose name does not match, and takes one that differs only in case', async () => {
    quickbooks.forget();
    await state('SO-2', anOrder('SO-2', { customer: { name: 'Blue Spruce Dispensaries' } }));
    await state('SO-3', anOrder('SO-3', { customer: { name: 'blue  spruce DISPENSARY' } }));
    await Promise.all([click('SO-2'), click('SO-3')]);

    const created = await settled('SO-2', 'synced');
    expect(created).toMatchObject({
      label: 'Synced',
      warnings: [
        { name: 'created', params: { type: 'customer', name: 'Blue Spruce Dispensaries' } },
      ],
    });
    expect(created.details).toMatch(/Created customer Blue Spruce Dispensaries\.$/);
    const [client] = quickbooks.where('Customer', 'DisplayName', 'Blue Spruce Dispensaries');
    expect(quickbooks.one('Invoice', created.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: client?.['Id'] },
    });

    const matched = await settled('SO-3', 'synced');
    expect(matched).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'case_differs', params: { name: 'Blue Spruce Dispensary' } }],
    });
    expect(quickbooks.one('Invoice', matched.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: '58' },
    });
    expect(quickbooks.commits().sort()).toEqual([
      'create Customer',
      'create Invoice',
      'create Invoice',
    ]);
  });

  it('makes no twin of a client that is inactive in QuickBooks', async () => {
    quickbooks.forget();
    await state('SO-4', anOrder('SO-4', { customer: { name: 'Closed Corner Store' } }));
    await click('SO-4');

    const failed = await settled('SO-4', 'failed');
    expect(failed).toMatchObject({ reason: 'record_inactive', params: { type: 'customer' } });
    expect(failed.details).toContain('Closed Corner Store');
    expect(failed.details).toContain('is inactive in QuickBooks');
    expect(quickbooks.writes()).toBe(0);
  });

  it('makes one product for two orders that need the same new one', async () => {
    quickbooks.forget();
    const lines = [aLine({ name: 'Night Shade Gummies' })];
    await state('SO-5', anOrder('SO-5', { lines }));
    await state('SO-6', anOrder('SO-6', { lines }));
    await Promise.all([click('SO-5'), click('SO-6')]);

    const both = await Promise.all([settled('SO-5', 'synced'), settled('SO-6', 'synced')]);
    expect(quickbooks.commits().sort()).toEqual([
      'create Invoice',
      'create Invoice',
      'create Item',
    ]);
    expect(quickbooks.where('Item', 'Name', 'Night Shade Gummies')).toHaveLength(1);
    // One of them says that it was made, the other found it.
    expect(both.flatMap(({ warnings }) => warnings)).toEqual([
      { name: 'created', params: { type: 'product', name: 'Night Shade Gummies' } },
    ]);
  });

  it('finds the account of a new product by the settings, and fails where it is not there', async () => {
    const other = await journey.connect({
      profile: 'export-on-click',
      realmId: evergreen.realmId,
      settings: { accounts: { income: { name: 'Income of Moon Trade' } } },
    });
    await journey.client.finalize(other.id);
    quickbooks.forget();
    const lines = [aLine({ name: 'Moon Rock' })];
    await journey.client.state(other.id, 'invoice', 'M-1', anOrder('M-1', { lines }));
    await journey.client.sync(other.id, 'invoice', 'M-1');

    expect(await waitForStatus(journey, other.id, 'invoice', 'M-1', 'failed')).toMatchObject({
      reason: 'setup_incomplete',
      params: { missing: ['income account "Income of Moon Trade"'] },
    });
    expect(quickbooks.writes()).toBe(0);

    // The account is chosen, the order stated again just as it is: now it goes, clicked as it was.
    await rawApi(journey, 'PATCH', `/v1/connections/${other.id}/settings`, {
      body: { accounts: { income: { name: 'Sales of Product Income' } } },
    });
    await journey.client.state(other.id, 'invoice', 'M-1', anOrder('M-1', { lines }));
    expect(await waitForStatus(journey, other.id, 'invoice', 'M-1', 'synced')).toMatchObject({
      warnings: [{ name: 'created', params: { type: 'product', name: 'Moon Rock' } }],
    });
  });
});
