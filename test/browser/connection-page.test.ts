import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { RETURN_URL, runsEnded, waitForStatus } from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { anInvoice } from '../support/orders.js';
import { waitFor } from '../support/wait-for.js';
import { button, buttonsOf, choose, ServedCustomerPage, standsAt } from './served-customer-page.js';

/** Everything the page loads of script, compressed. */
const SCRIPT_BYTES_MAX = 150_000;

/** Names repeat below different ones, so the whole of it is said. */
const hideLabel = ({ name, facts }: { name: string; facts: Record<string, unknown> }) =>
  `Hide ${String(facts['fullName'] ?? name).replaceAll(':', ' › ')}`;

// A test begins with the numbers of the statements it shows; see test/product/statements.ts.
describeWith('browser', 'the page of an app’s customer', () => {
  let served: ServedCustomerPage;
  let journey: ServedCustomerPage['journey'];
  beforeAll(async () => {
    served = await ServedCustomerPage.start();
    journey = served.journey;
  });
  afterAll(() => served.close());
  afterEach(() => served.expectNoComplaints());

  it('P4 P5 P6 P7 P8: is connected, read and disconnected from here, and waits for support', async () => {
    const id = await served.aNew('export-on-click', { systemType: 'Metrc' });
    let page = await served.open(id);
    await standsAt(page, 'new');
    expect(await buttonsOf(page)).toEqual(['Connect to QuickBooks']);
    await served.connectBy(page, 'Connect to QuickBooks');

    page = await served.open(id);
    await standsAt(page, 'awaiting_finalization');
    await page.getByText('Connected, awaiting finalization').waitFor();
    await page.getByText(/Lists were read: [1-9]/).waitFor();
    expect(await buttonsOf(page)).toEqual([
      'Sync my QuickBooks Online',
      'Disconnect from QuickBooks',
    ]);
    await button(page, 'Sync my QuickBooks Online').click();
    await page.getByText(/Reading lists|Lists were read/).waitFor();
    await journey.client.finalize(id);
    await page.reload();
    await standsAt(page, 'connected');

    await button(page, 'Disconnect from QuickBooks').click();
    await button(page, 'Keep connected').click();
    await button(page, 'Disconnect from QuickBooks').click();
    await button(page, 'Yes, disconnect').click();
    await standsAt(page, 'disconnected');
    expect(await buttonsOf(page)).toEqual(['Connect to QuickBooks', 'Connect another company']);
  });

  it('P8: offers no reading of lists to other types of systems', async () => {
    const id = await served.aConnectedOne('export-on-click', {
      attributes: { systemType: 'Biotrack' },
    });
    const page = await served.open(id);
    expect(await buttonsOf(page)).toEqual(['Disconnect from QuickBooks']);
    expect(await page.getByRole('button', { name: /^Refresh/ }).count()).toBe(0);
  });

  it('A3 A4 A5 A6 A7: connects on Intuit’s page, comes back to the app’s, and then imports its lists', async () => {
    const id = await served.aNew('auto-invoices');
    const fresh = await served.open(id);
    expect(await buttonsOf(fresh)).toEqual(['Connect to QuickBooks']);
    const realmId = served.aCompany();
    await button(fresh, 'Connect to QuickBooks').click();
    await fresh.waitForURL((url) => url.origin === journey.simulator.url);
    expect(new URL(fresh.url()).pathname).toBe('/connect/oauth2');
    const back = await served.authorize(fresh, realmId);
    expect([back.origin + back.pathname, back.searchParams.get('connection')]).toEqual([
      RETURN_URL,
      id,
    ]);
    const first = await runsEnded(journey, id);
    const page = await served.open(id);
    expect(await buttonsOf(page)).toEqual(['Force Sync from QB', 'Disconnect']);
    await button(page, 'Force Sync from QB').click();
    await waitFor(async () => (await journey.client.runs(id)).runs.length > first.length, {
      what: 'another reading to be asked for',
    });
    await runsEnded(journey, id);
    await page.reload();
    const lists = page.getByRole('region', { name: 'Lists of QuickBooks' });
    for (const list of ['Customers and projects', 'Products and services', 'Tax codes']) {
      await lists
        .getByRole('listitem')
        .filter({ hasText: list })
        .getByText(/^read /)
        .waitFor();
    }
    await button(page, 'Products and services').click();
    await page.getByLabel('Search Products and services').fill('Consulting');
    await page.locator('.records li', { hasText: 'Consulting' }).first().waitFor();
  });

  it('A6 A10 A11 A12 A18: chooses what goes to QuickBooks and the sync type, and tells why an invoice failed', async () => {
    const id = await served.aConnectedOne('auto-invoices');
    const unknown = '<img src=x onerror="alert(1)">';
    const invoice = anInvoice({ number: 'A-1', customer: { name: unknown } });
    await journey.client.state(id, 'invoice', 'a-1', invoice);
    await waitForStatus(journey, id, 'invoice', 'a-1', 'failed');
    const page = await served.open(id);
    expect(await buttonsOf(page)).toEqual(['Force Sync from QB', 'Disconnect']);
    const told = page.getByRole('region', { name: 'What waits or failed' });
    await told.getByText('Invoice A-1').waitFor();
    expect(await told.textContent()).toContain(`"${unknown}" was not found in QuickBooks`);
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings.indexOf('What waits or failed')).toBeLessThan(
      headings.indexOf('Configuration'),
    );

    const modules = page.getByRole('group', { name: 'Modules' });
    expect(await modules.getByLabel('Invoices').isChecked()).toBe(true);
    await modules.getByLabel('Customers').uncheck();
    await page.getByLabel('Sync type').selectOption('Off');
    await button(page, 'Show what it would do').click();
    await page.getByText(/Of the newest 1 document /).waitFor();
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    const { direction, modules: chosen } = await journey.client.settings(id);
    expect([direction, chosen]).toEqual(['off', ['invoice']]);
    expect(await modules.getByLabel('Customers').isChecked()).toBe(false);

    await page.context().clearCookies();
    await button(page, 'Force Sync from QB').click();
    // Before it looks again by itself, after 20 s.
    await page.getByRole('heading', { name: 'This page has ended' }).waitFor({ timeout: 15_000 });
  });

  it('W4 W5 W6 W7 W8: begins with Get Started, and is configured after the sign-in', async () => {
    const fresh = await served.open(await served.aNew('device-resale'));
    expect(await buttonsOf(fresh)).toEqual(['Get Started']);
    const id = await served.aConnectedOne('device-resale');
    const page = await served.open(id);
    await standsAt(page, 'setup_incomplete');
    expect(await page.getByRole('listitem').allTextContents()).toEqual(
      expect.arrayContaining(['the income account', 'the expense account']),
    );
    await page.getByLabel('Inventory name').fill('Phones');
    await choose(page, 'Income account', 'Sales');
    await button(page, 'Save').click();
    await page.getByRole('alert').getByText('must not be empty').waitFor();
    await choose(page, 'Expense account', 'Uncategorized Expense');
    await page.getByLabel('Sync POs to').selectOption('Bills');
    await button(page, 'Save').click();
    await standsAt(page, 'connected');
    const { item, accounts, purchaseOrdersAs } = await journey.client.settings(id);
    expect([item.genericName, purchaseOrdersAs]).toEqual(['Phones', 'bill']);
    expect(Object.keys(accounts).sort()).toEqual(['expense', 'income']);
    const income = page.getByLabel('Income account', { exact: true }).locator('option:checked');
    expect(await income.textContent()).toContain('Sales');
  });

  it('C24 C29 C30 C31: asks what to bring before it connects, and warns of review requests', async () => {
    const id = await served.aNew('crm');
    let page = await served.open(id);
    expect(await buttonsOf(page)).toEqual(['QB Connect']);
    await page.getByText('Leave it off if you do not want review requests').waitFor();
    expect(await page.getByLabel('Import invoices').isChecked()).toBe(false);
    expect(await page.getByLabel('Review requests').isChecked()).toBe(false);
    await page.getByLabel('Import invoices').check();
    await served.connectBy(page, 'QB Connect');
    const before = await journey.client.settings(id);
    expect([before.imports.invoices, before.reviewRequest]).toEqual([true, false]);

    page = await served.open(id);
    await standsAt(page, 'connected');
    expect(await buttonsOf(page)).toEqual(['Refresh lists', 'Disconnect']);
    expect(await page.getByLabel('Import invoices').count()).toBe(0);
    await page.getByLabel('Review requests').check();
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect((await journey.client.settings(id)).reviewRequest).toBe(true);
  });

  it('T12 T13 T14: is locked on trial, asks for access, and connects once support has opened it', async () => {
    const id = await served.aNew('supplier-invoices', { trial: 'yes' });
    const page = await served.open(id);
    await standsAt(page, 'locked');
    expect(await buttonsOf(page)).toEqual(['Request access']);
    await button(page, 'Request access').click();
    await page.getByText('You have asked for access').waitFor();
    expect(await buttonsOf(page)).toEqual([]);
    await journey.client.unlock(id);
    await page.reload();
    await standsAt(page, 'new');
    await served.connectBy(page, 'Connect');
  });

  it('T15 T16 T17 T18 T19 T20 T21 T22: downloads, refreshes suppliers, defines, transfers and hides', async () => {
    const id = await served.aConnectedOne('supplier-invoices');
    const page = await served.open(id);
    await standsAt(page, 'setup_incomplete');
    expect(await buttonsOf(page)).toEqual(['Download', 'Disconnect']);
    await button(page, 'Refresh Suppliers').click();
    const isOfSuppliers = ({ types }: { types: string[] }) => types.join() === 'vendor';
    await waitFor(async () => (await journey.client.runs(id)).runs.some(isOfSuppliers), {
      what: 'suppliers to be read',
    });
    await page.getByText(/Lists were read/).waitFor();

    await choose(page, 'Credit account', 'Accounts Payable');
    await page.getByLabel('Transfer the location').uncheck();
    await page.getByLabel('Reference goes to').selectOption('Bill number');
    await button(page, 'Save').click();
    await standsAt(page, 'connected');
    const { dimensions, referenceTo } = await journey.client.settings(id);
    expect([dimensions.location, dimensions.class, referenceTo]).toEqual([false, true, 'number']);

    for (const [list, type] of [
      ['Accounts', 'account'],
      ['Tax codes', 'tax_code'],
    ] as const) {
      await button(page, list).click();
      const box = page.getByLabel(/^Hide /).first();
      await box.check();
      const hidden = await waitFor(
        async () => {
          const { records } = await journey.client.records(id, type, { hidden: true });
          return records.length > 0 ? records.map(hideLabel) : undefined;
        },
        { what: `one of the ${list} to be hidden` },
      );
      expect(hidden).toEqual([await box.getAttribute('aria-label')]);
    }
    await page.getByText('read again by themselves every night, from 02:00 (America/').waitFor();
    await button(page, 'Suppliers').click();
    await page.getByLabel('Search Suppliers').waitFor();
    expect(await page.getByLabel(/^Hide /).count()).toBe(0);
  });

  it('W17: says that somebody has disconnected in QuickBooks, and offers to reconnect', async () => {
    const { id, realmId: own } = await journey.connect({ profile: 'crm' });
    await runsEnded(journey, id);
    journey.simulator.control.act(own, { do: 'disconnect' });
    await journey.client.startRun(id, 'refresh_master_data');
    const page = await served.open(id);
    await page.locator('[data-status]', { hasText: /Disconnected|Reconnect/ }).waitFor();
    expect(await buttonsOf(page)).toEqual(['Reconnect', 'Connect another company', 'Disconnect']);
  });

  it('sends no more than 150 kB of script', async () => {
    const page = await served.open(await served.aNew('crm'));
    const scripts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      scripts.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.reload();
    await page.locator('[data-status]').waitFor();
    const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(30_000);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES_MAX);
  });
});
