import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { saveCompanyFacts } from '../../src/ledger/companies/companies.js';
import { mirrorRecords } from '../../src/ledger/companies/records.js';
import { mirrored } from '../../src/qbo/mapping/mirrored.js';
import { recordOf } from '../../src/qbo/mapping/records.js';
import { describeWith } from '../support/needs.js';
import { DESKTOP, launchChromium, openPage, type WatchedPage } from './chromium.js';
import { expectFit } from './expect-fit.js';
import { DocumentList, DocumentView, LoginForm, openDashboard } from './pages.js';
import { type ServedDashboard, serveDashboard } from './served-dashboard.js';

// A document that failed before anything was sent: looked at, corrected, tried and sent. The worker's
// part is done by the test.
describeWith('browser', 'correcting on the dashboard', () => {
  let browser: Browser;
  let served: ServedDashboard;
  let watched: WatchedPage | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
    served = await serveDashboard();
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });
  afterEach(async () => {
    await watched?.page.context().close();
    expect(watched?.complaints ?? []).toEqual([]);
  });

  it('makes a total agree with its lines, sees what that does, and sends it', async () => {
    const { ledger, connection } = served;
    const companyId = connection.companyId ?? '';
    await saveCompanyFacts(ledger.sql, companyId, FACTS);
    await mirrorRecords(ledger.sql, companyId, RECORDS.map(mirrored));
    await served.state('INV-T', 'Contoso Ltd', '150.00');
    const login = await served.person('support');
    watched = await openPage(browser, served.webUrl, DESKTOP);
    const { page } = watched;
    await openDashboard(page, '/documents');
    await new LoginForm(page).enter(login);
    await new DocumentList(page).open('INV-T');
    const view = new DocumentView(page);
    await view.status().filter({ hasText: 'Failed' }).waitFor();
    const wanted = page.getByRole('region', { name: 'Wanted', exact: true });
    await wanted.getByText('150.00').waitFor();
    await wanted.getByText('Consulting').waitFor();

    await page.getByRole('main').getByRole('button', { name: 'Correct', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const send = dialog.getByRole('button', { name: 'Correct and send' });
    const attempt = dialog.getByRole('button', { name: 'Show what it would do' });
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel('Total', { exact: true }).fill('ten');
    await dialog.getByLabel('Number', { exact: true }).fill('');
    await attempt.click();
    const wrong = dialog.getByRole('list', { name: 'What is wrong' });
    await wrong.getByText('total').waitFor();
    await wrong.getByText('number must be stated').waitFor();
    expect(await dialog.getByLabel('Total', { exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    await expectFit(page, 'correction-refused');

    await page.setViewportSize(DESKTOP);
    await dialog.getByLabel('Number', { exact: true }).fill('INV-T');
    await dialog.getByLabel('Total', { exact: true }).fill('120.00');
    await dialog.getByRole('button', { name: 'Everything' }).click();
    const whole = dialog.getByLabel('The document as JSON');
    expect(JSON.parse(await whole.inputValue())).toMatchObject({ total: '120.00' });
    await attempt.click();
    const would = dialog.getByRole('status', { name: 'What it would do' });
    await would.getByText('create of the Invoice in QuickBooks').waitFor();
    await expectFit(page, 'correction-tried');
    await page.setViewportSize(DESKTOP);
    await send.click();
    await dialog.waitFor({ state: 'detached' });
    await view.status().filter({ hasText: 'Queued' }).waitFor();
    await view.historyEntries().filter({ hasText: 'Corrected' }).first().waitFor();
    await page.getByText('in the place of what the app stated').waitFor();
    await served.move('INV-T', { to: 'syncing', what: 'sent' });
    await served.move('INV-T', { to: 'synced', what: 'synced', syncedRevision: 2 });
    await page.reload();
    await view.status().filter({ hasText: 'Synced' }).waitFor();
  });
});

const RECORDS = [
  recordOf('account', { Id: '400', SyncToken: '0', Name: 'Services', AccountType: 'Income' }),
  recordOf('customer', { Id: '7', SyncToken: '0', DisplayName: 'Contoso Ltd' }),
  recordOf('item', {
    Id: '3',
    SyncToken: '0',
    Name: 'Consulting',
    Type: 'Service',
    IncomeAccountRef: { value: '400' },
  }),
];

const FACTS = {
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
} as const;
