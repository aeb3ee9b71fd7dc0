import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { markReconnectNeeded, markSuspended } from '../../src/ledger/connections/reconnect.js';
import { runsEnded, waitForStatus } from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { anInvoice } from '../support/orders.js';
import { waitFor } from '../support/wait-for.js';
import { expectAccessibleInBothThemes } from './axe.js';
import { DESKTOP } from './chromium.js';
import { expectWidth } from './expect-fit.js';
import { button, buttonsOf, NARROW, ServedCustomerPage, standsAt } from './served-customer-page.js';

// Every state a customer may find, on a phone of 360 px and on a desktop, in the light and in the dark.
describeWith('browser', 'the states of the customer’s page', () => {
  let served: ServedCustomerPage;
  let journey: ServedCustomerPage['journey'];
  beforeAll(async () => {
    served = await ServedCustomerPage.start();
    journey = served.journey;
  });
  afterAll(() => served.close());
  afterEach(() => served.expectNoComplaints());

  /** Nothing sticks out at either width; axe finds nothing wrong at the narrow one. */
  async function expectSound(page: Page, name: string): Promise<void> {
    for (const size of [DESKTOP, NARROW]) {
      await page.setViewportSize(size);
      await expectWidth(page, name, size);
      for (const colorScheme of ['light', 'dark'] as const) await shoot(page, name, colorScheme);
    }
    await expectAccessibleInBothThemes(page, name);
  }

  async function shoot(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
    const folder = process.env['BROWSER_SHOTS'];
    if (folder === undefined) return;
    await page.emulateMedia({ colorScheme });
    const file = `customer-${name}-${page.viewportSize()?.width}-${colorScheme}.png`;
    await page.screenshot({ path: join(folder, file), fullPage: true });
  }

  /** Opens the page, waits until it says the status, and looks at it. */
  async function seen(id: string, status: string): Promise<Page> {
    const page = await served.open(id);
    await standsAt(page, status);
    await expectSound(page, status);
    return page;
  }

  async function companyOf(id: string): Promise<string> {
    const [row] = await journey.house.ledger.sql<{ companyId: string }[]>`
      select company_id from connections where id = ${id}`;
    return row?.companyId ?? '';
  }

  it('new, with what is asked before connecting', async () => {
    const page = await seen(await served.aNew('crm'), 'new');
    await page.getByText('QuickBooks is not connected yet').waitFor();
  });

  it('T13: locked, before and after access was asked for', async () => {
    const page = await seen(await served.aNew('supplier-invoices', { trial: 'yes' }), 'locked');
    await button(page, 'Request access').click();
    await page.getByText('You have asked for access').waitFor();
    await expectSound(page, 'locked-asked');
  });

  it('P6: awaiting finalization, and what is missing before anything is sent', async () => {
    const page = await seen(await served.aConnectedOne('export-on-click'), 'awaiting_finalization');
    await page.getByText('Support finalizes the integration now').waitFor();
    expect(await buttonsOf(page)).not.toContain('Request access');
    const devices = await seen(await served.aConnectedOne('device-resale'), 'setup_incomplete');
    await devices.getByText('the income account').waitFor();
  });

  it('connected, with what failed, lists to look into, and the question before leaving', async () => {
    const id = await served.aConnectedOne('supplier-invoices', {
      settings: { accounts: { payable: { name: 'Accounts Payable (A/P)' } } },
    });
    const sold = await served.aConnectedOne('auto-invoices');
    const failing = anInvoice({ number: 'A-2', customer: { name: 'Harbor Coffee' } });
    await journey.client.state(sold, 'invoice', 'a-2', failing);
    await waitForStatus(journey, sold, 'invoice', 'a-2', 'failed');
    const page = await seen(id, 'connected');
    await button(page, 'Accounts').click();
    await page
      .getByLabel(/^Hide /)
      .first()
      .waitFor();
    await expectSound(page, 'connected-list');
    const other = await served.open(sold);
    await other.getByText('Invoice A-2').waitFor();
    await expectSound(other, 'connected-failed');
    await button(other, 'Disconnect').click();
    await button(other, 'Keep connected').waitFor();
    await expectSound(other, 'connected-asked');
  });

  it('says that nothing waits where support has paused it, and where its company is suspended', async () => {
    const id = await served.aConnectedOne('auto-invoices');
    await journey.client.pause(id);
    const paused = await seen(id, 'paused');
    await paused.getByText('Nothing waits, and nothing failed.').waitFor();
    await journey.client.resume(id);
    await markSuspended(journey.house.ledger, await companyOf(id));
    const suspended = await seen(id, 'company_suspended');
    await suspended.getByText('Renew it in QuickBooks').waitFor();
    expect(await buttonsOf(suspended)).toEqual(['Force Sync from QB', 'Disconnect']);
  });

  it('says that it has to be connected again, and when somebody ended it in QuickBooks', async () => {
    const { id, realmId } = await journey.connect({ profile: 'auto-invoices' });
    const { ledger } = journey.house;
    const companyId = await companyOf(id);
    const [tokens] = await ledger.sql<{ generation: number }[]>`
      select generation from tokens where company_id = ${companyId}`;
    await markReconnectNeeded(ledger, companyId, tokens?.generation ?? null, 'not_authorized');
    const needed = await seen(id, 'reconnect_needed');
    const offered = ['Reconnect', 'Connect another company', 'Disconnect'];
    expect(await buttonsOf(needed)).toEqual(offered);
    await button(needed, 'Reconnect').click();
    await served.authorize(needed, realmId);
    // What connecting began has read enough already: it is to be another one that finds out.
    await runsEnded(journey, id);
    journey.simulator.control.act(realmId, { do: 'disconnect' });
    await journey.client.startRun(id, 'refresh_master_data');
    await waitFor(
      async () => (await journey.client.connection(id)).status === 'disconnected_in_quickbooks',
      { what: 'the disconnect to be noticed' },
    );
    expect(await buttonsOf(await seen(id, 'disconnected_in_quickbooks'))).toEqual(offered);
  });

  it('goes on with another company where the customer says so, and the one before says it', async () => {
    const first = await served.aConnectedOne('auto-invoices');
    let page = await served.open(first);
    expect(await buttonsOf(page)).toEqual(['Force Sync from QB', 'Disconnect']);
    await button(page, 'Disconnect').click();
    await button(page, 'Yes, disconnect').click();
    await standsAt(page, 'disconnected');
    expect(await buttonsOf(page)).toEqual(['Connect to QuickBooks', 'Connect another company']);
    await expectSound(page, 'disconnected');
    await button(page, 'Connect another company').click();
    await page.getByText('none of it is sent to the other one').waitFor();
    await expectSound(page, 'disconnected-asked');
    await button(page, 'Cancel').click();
    await button(page, 'Connect another company').click();
    const back = await served.connectBy(page, 'Choose a company');
    const successor = back.searchParams.get('connection') ?? '';
    expect(successor).not.toBe(first);
    expect((await journey.client.connection(first)).replacedBy).toBe(successor);
    page = await served.open(first);
    await page.getByText('goes on with another QuickBooks company').waitFor();
    expect(await buttonsOf(page)).toEqual([]);
    await expectSound(page, 'replaced');
    await standsAt(await served.open(successor), 'connected');
  });

  it('comes back from Intuit’s page unchanged where another company was not meant', async () => {
    const { id, realmId } = await journey.connect({ profile: 'auto-invoices' });
    await journey.client.disconnect(id);
    const page = await served.open(id);
    const other = served.aCompany();
    await button(page, 'Connect to QuickBooks').click();
    await page.locator(`input[value="${other}"]`).check();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL((url) => url.searchParams.get('result') === 'other_company');
    const again = await served.open(id);
    await button(again, 'Connect to QuickBooks').click();
    await served.authorize(again, realmId);
    await standsAt(await served.open(id), 'connected');
  });

  it('ended', async () => {
    const page = await served.open(await served.aNew('crm'));
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('heading', { name: 'This page has ended' }).waitFor();
    await expectSound(page, 'ended');
  });
});
