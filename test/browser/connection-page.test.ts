import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ProfileName } from '../../src/contract/profiles.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import {
  type Journey,
  RETURN_URL,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { anInvoice } from '../support/orders.js';
import { freePort } from '../support/ports.js';
import { waitFor } from '../support/wait-for.js';
import { aWeb, type WebUnderTest } from '../support/web.js';
import { DESKTOP, launchChromium, openPage, type Size, type WatchedPage } from './chromium.js';
import { type BuiltPages, buildCustomerPage } from './served-dashboard.js';

const NARROW: Size = { width: 360, height: 780 };
/** Everything the page loads of script, compressed. */
const SCRIPT_BYTES_MAX = 150_000;

// A test begins with the numbers of the statements it shows; see test/product/statements.ts.
describeWith('browser', 'the page of an app’s customer', () => {
  let browser: Browser;
  let built: BuiltPages;
  let journey: Journey;
  let running: WebUnderTest;
  let webUrl: string;
  let watched: WatchedPage | undefined;
  beforeAll(async () => {
    built = await buildCustomerPage();
    browser = await launchChromium();
    journey = await startJourney();
    const port = await freePort();
    webUrl = `http://127.0.0.1:${port}`;
    running = await aWeb(journey.house.ledger, {
      publicUrl: webUrl,
      customerPageFolder: built.folder,
      intuitUrl: journey.simulator.url,
      intuitClientId: journey.config.intuit.clientId,
    });
    await running.web.listen({ host: '127.0.0.1', port });
  });
  afterAll(async () => {
    await browser.close();
    await running.close();
    await journey.close();
    await built.remove();
  });
  afterEach(async () => {
    await watched?.page.context().close();
    // The way over Intuit's page and back to the app leaves our origin.
    const elsewhere = [journey.simulator.url, new URL(RETURN_URL).origin];
    const left = (text: string) => elsewhere.some((url) => text.startsWith(`request: ${url}`));
    expect((watched?.complaints ?? []).filter((text) => !left(text))).toEqual([]);
  });

  let made = 0;
  async function aNew(profile: ProfileName, attributes: Record<string, string> = {}) {
    made += 1;
    const externalId = `shop-${made}`;
    const name = `Shop ${made}`;
    const stated = { externalId, name, profile, attributes, returnUrl: RETURN_URL };
    return (await journey.client.createConnection(stated)).id;
  }

  /** A connection to a company of its own, whose lists are read. */
  async function aConnectedOne(
    profile: ProfileName,
    more: { settings?: SettingsInput; attributes?: Record<string, string> } = {},
  ) {
    const { id } = await journey.connect({ profile, ...more });
    await runsEnded(journey, id);
    return id;
  }

  /** Opens the page in a browser of its own, by a link as the app makes it. */
  async function open(id: string, size: Size = DESKTOP) {
    await watched?.page.context().close();
    const { url } = await journey.client.pageLink(id, { id: 'user-7' });
    watched = await openPage(browser, webUrl, size);
    const { page } = watched;
    await page.route(`${new URL(RETURN_URL).origin}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>The app</title>' }),
    );
    await page.goto(new URL(url).pathname);
    await page.locator('[data-status]').waitFor();
    return page;
  }

  /** The first press leads to Intuit's page, where the person picks the company and agrees. */
  async function connectBy(page: Page, button: string) {
    const { realmId } = journey.simulator.control.createCompany({ plan: 'plus', seed: 'sample' });
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('heading', { name: 'Connect to QuickBooks' }).waitFor();
    await page.locator(`input[value="${realmId}"]`).check();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL((url) => url.searchParams.get('result') === 'connected');
    expect(page.url().startsWith(RETURN_URL)).toBe(true);
  }

  const buttonsOf = (page: Page) =>
    page.getByRole('region').first().locator('.buttons button').allTextContents();
  const standsAt = (page: Page, status: string) =>
    page.locator(`[data-status="${status}"]`).waitFor();
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  /** Chooses the first account that is found by a part of its name. */
  async function choose(page: Page, setting: string, name: string): Promise<Locator> {
    await page.getByLabel(`Search ${setting}`).fill(name);
    const choice = page.getByLabel(setting, { exact: true });
    const option = choice.locator('option', { hasText: name }).first();
    await option.waitFor({ state: 'attached' });
    await choice.selectOption({ label: (await option.textContent()) ?? '' });
    return choice;
  }

  it('P4 P5 P6 P7 P8: is connected, read and disconnected from here, and waits for support', async () => {
    const id = await aNew('export-on-click', { systemType: 'Metrc' });
    let page = await open(id);
    await standsAt(page, 'new');
    expect(await buttonsOf(page)).toEqual(['Connect to QuickBooks']);
    await connectBy(page, 'Connect to QuickBooks');

    page = await open(id);
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
    expect(await buttonsOf(page)).toEqual(['Connect to QuickBooks']);
  });

  it('P8: offers no reading of lists to other types of systems', async () => {
    const id = await aConnectedOne('export-on-click', { attributes: { systemType: 'Biotrack' } });
    const page = await open(id);
    expect(await buttonsOf(page)).toEqual(['Disconnect from QuickBooks']);
    expect(await page.getByRole('button', { name: /^Refresh/ }).count()).toBe(0);
  });

  it('A3 A6 A11 A12 A18: shows its buttons once connected, the sync type, and why an invoice failed', async () => {
    const fresh = await open(await aNew('auto-invoices'));
    expect(await buttonsOf(fresh)).toEqual(['Connect to QuickBooks']);
    const id = await aConnectedOne('auto-invoices');
    const unknown = '<img src=x onerror="alert(1)">';
    const invoice = anInvoice({ number: 'A-1', customer: { name: unknown } });
    await journey.client.state(id, 'invoice', 'a-1', invoice);
    await waitForStatus(journey, id, 'invoice', 'a-1', 'failed');
    const page = await open(id);
    expect(await buttonsOf(page)).toEqual(['Force Sync from QB', 'Disconnect']);
    const told = page.getByRole('region', { name: 'What waits or failed' });
    await told.getByText('Invoice A-1').waitFor();
    expect(await told.textContent()).toContain(`"${unknown}" was not found in QuickBooks`);
    await page.getByLabel('Sync type').selectOption('Off');
    await button(page, 'Show what it would do').click();
    await page.getByText(/Of the newest 1 documents/).waitFor();
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect((await journey.client.settings(id)).direction).toBe('off');
  });

  it('W4 W5 W6 W7 W8: begins with Get Started, and is configured after the sign-in', async () => {
    const fresh = await open(await aNew('device-resale'));
    expect(await buttonsOf(fresh)).toEqual(['Get Started']);
    const id = await aConnectedOne('device-resale');
    const page = await open(id);
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
    const id = await aNew('crm');
    let page = await open(id);
    expect(await buttonsOf(page)).toEqual(['QB Connect']);
    await page.getByText('Leave it off if you do not want review requests').waitFor();
    expect(await page.getByLabel('Import invoices').isChecked()).toBe(false);
    expect(await page.getByLabel('Review requests').isChecked()).toBe(false);
    await page.getByLabel('Import invoices').check();
    await connectBy(page, 'QB Connect');
    const before = await journey.client.settings(id);
    expect([before.imports.invoices, before.reviewRequest]).toEqual([true, false]);

    page = await open(id);
    await standsAt(page, 'connected');
    expect(await buttonsOf(page)).toEqual(['Refresh lists', 'Disconnect']);
    expect(await page.getByLabel('Import invoices').count()).toBe(0);
    await page.getByLabel('Review requests').check();
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect((await journey.client.settings(id)).reviewRequest).toBe(true);
  });

  it('T12 T13 T14: is locked on trial, asks for access, and connects once support has opened it', async () => {
    const id = await aNew('supplier-invoices', { trial: 'yes' });
    const page = await open(id);
    await standsAt(page, 'locked');
    expect(await buttonsOf(page)).toEqual(['Request access']);
    await button(page, 'Request access').click();
    await page.getByText('You have asked for access').waitFor();
    expect(await buttonsOf(page)).toEqual([]);
    await journey.client.unlock(id);
    await page.reload();
    await standsAt(page, 'new');
    await connectBy(page, 'Connect');
  });

  it('T15 T17 T18 T19 T20 T21 T22: downloads, refreshes suppliers, defines, transfers and hides', async () => {
    const id = await aConnectedOne('supplier-invoices');
    const page = await open(id);
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
          return records.length > 0 ? records.map(({ name }) => `Hide ${name}`) : undefined;
        },
        { what: `one of the ${list} to be hidden` },
      );
      expect(hidden).toEqual([await box.getAttribute('aria-label')]);
    }
    await button(page, 'Suppliers').click();
    await page.getByLabel('Search Suppliers').waitFor();
    expect(await page.getByLabel(/^Hide /).count()).toBe(0);
  });

  it('W17: says that somebody has disconnected in QuickBooks, and offers to reconnect', async () => {
    const { id, realmId: own } = await journey.connect({ profile: 'crm' });
    await runsEnded(journey, id);
    journey.simulator.control.act(own, { do: 'disconnect' });
    await journey.client.startRun(id, 'refresh_master_data');
    const page = await open(id);
    await page.locator('[data-status]', { hasText: /Disconnected|Reconnect/ }).waitFor();
    expect(await buttonsOf(page)).toEqual(['Reconnect', 'Disconnect']);
  });

  it('has ended once its session is over', async () => {
    const page = await open(await aNew('crm'));
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('heading', { name: 'This page has ended' }).waitFor();
  });

  it('fits a phone of 360 px as well as a desktop, in the light and in the dark, within 150 kB', async () => {
    const sold = await aConnectedOne('auto-invoices');
    const failing = anInvoice({ number: 'A-2', customer: { name: 'Harbor Coffee' } });
    await journey.client.state(sold, 'invoice', 'a-2', failing);
    await waitForStatus(journey, sold, 'invoice', 'a-2', 'failed');
    const shown = {
      new: await aNew('crm'),
      locked: await aNew('supplier-invoices', { trial: 'yes' }),
      purchases: await aConnectedOne('supplier-invoices'),
      devices: await aConnectedOne('device-resale'),
      sold,
    };
    for (const [name, id] of Object.entries(shown)) {
      const page = await open(id);
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
      if (name === 'purchases') await button(page, 'Accounts').click();
      await page.waitForLoadState('networkidle');
      for (const size of [DESKTOP, NARROW]) {
        await page.setViewportSize(size);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const width = await page.evaluate<number>('document.documentElement.scrollWidth');
          expect([name, colorScheme, width]).toEqual([name, colorScheme, size.width]);
          const folder = process.env['BROWSER_SHOTS'];
          if (folder === undefined) continue;
          const file = `customer-${name}-${size.width}-${colorScheme}.png`;
          await page.screenshot({ path: join(folder, file), fullPage: true });
        }
      }
    }
  });
});
