import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { reason } from '../../src/contract/reasons.js';
import { holdConnection } from '../../src/ledger/connections/hold.js';
import { describeWith } from '../support/needs.js';
import { expectAccessibleInBothThemes } from './axe.js';
import { launchChromium, openPage, PHONE, type Size, type WatchedPage } from './chromium.js';
import { DocumentList, DocumentView, LoginForm, openDashboard } from './pages.js';
import { type ServedDashboard, serveDashboard } from './served-dashboard.js';

describeWith('browser', 'the dashboard', () => {
  let browser: Browser;
  let served: ServedDashboard;
  let watched: WatchedPage;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    served = await serveDashboard();
  });
  afterEach(async () => {
    await watched.page.context().close();
    await served.close();
    expect(watched.complaints).toEqual([]);
  });

  async function open(path = '/documents', size?: Size) {
    watched = await openPage(browser, served.webUrl, size);
    const { page } = watched;
    await openDashboard(page, path);
    return {
      page,
      login: new LoginForm(page),
      list: new DocumentList(page),
      view: new DocumentView(page),
    };
  }

  it('refuses a wrong password, and after a login shows the place that was asked for', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    await served.state('INV-8');
    const operator = await served.person('operator');
    const { page, login, list } = await open('/documents?status=failed');
    await login.submit({ ...operator, password: 'not the password' });
    await login.note().filter({ hasText: 'password is wrong' }).waitFor();
    await login.enter(operator);
    await list.row('INV-7').waitFor();
    await list.shows(1);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await login.note().filter({ hasText: 'Your session has ended' }).waitFor();
    expect(await list.rows().count()).toBe(0);
    await login.enter(operator);
    await list.row('INV-7').waitFor();
    expect(page.url()).toContain('status=failed');
  });

  it('says on a fresh installation how to let the first person in', async () => {
    const { page, login } = await open('/');
    await login.note().filter({ hasText: 'Nobody has been let in yet' }).waitFor();
    await expectAccessibleInBothThemes(page, 'the login');
    expect(await page.getByRole('link', { name: 'Log in with single sign-on' }).count()).toBe(0);
  });

  it('finds a document, tells its story, and goes back to the same list', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    await served.stateFailed('INV-8', 'Harbor Coffee');
    await served.state('INV-9', 'Juniper Hill Bakery');
    const { page, login, list, view } = await open();
    await login.enter(await served.person('viewer'));
    await list.row('INV-9').waitFor();
    await list.showStatus('Failed');
    await list.shows(2);
    await list.search('juniper');
    await list.shows(1);
    expect(await list.statusOf('INV-7').textContent()).toBe('Failed');
    await list.open('INV-7');
    expect(await view.title().textContent()).toBe('Invoice INV-7');
    expect(await view.status().textContent()).toBe('Failed');
    expect(await view.details().textContent()).toContain('"Juniper Hill Bakery" was not found');
    expect(await view.historyEntries().first().textContent()).toContain('customer_missing');
    await view.back();
    await list.row('INV-7').waitFor();
    await list.shows(1);
    expect(page.url()).toMatch(/status=failed.*q=juniper/);
  });

  it('shows what others have written as text', async () => {
    const hostile = '<img src=x onerror="alert(1)">';
    await served.stateFailed('INV-7', hostile);
    const { page, login, list, view } = await open();
    await login.enter(await served.person('viewer'));
    await list.row(hostile).waitFor();
    await list.open('INV-7');
    expect(await view.details().textContent()).toContain(hostile);
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('retries one document and shows at once that it is under way, and by whom', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    const operator = await served.person('operator');
    const { page, login, list, view } = await open('/documents');
    await login.enter(operator);
    await list.open('INV-7');
    await view.retryButton().click();
    await page.getByText('Retry accepted at').waitFor();
    expect(await view.status().textContent()).toBe('Queued');
    expect(await view.retryButton().isDisabled()).toBe(true);
    expect(await view.historyEntries().first().textContent()).toContain(operator.email);
  });

  it('says of a retry that it failed again, and no more that it was accepted', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    const { page, login, list, view } = await open('/documents');
    await login.enter(await served.person('operator'));
    await list.open('INV-7');
    await view.retryButton().click();
    await page.getByText('Retry accepted at').waitFor();
    await served.fail('INV-7', reason('total_mismatch', { source: '120.00', lines: '118.00' }));
    await page.getByText(/Retried at .* It failed again: The total is 120\.00/).waitFor();
    expect(await page.getByText('Retry accepted at').count()).toBe(0);
    expect(await view.retryButton().isEnabled()).toBe(true);
    // Sent as it is it would only fail once more.
    expect(await view.retryButton().getAttribute('data-variant')).toBe('default');
    // It fails before anything is sent.
    await served.state('INV-8', 'Contoso Ltd', '119.99');
    await page.goto('/dashboard/');
    const cause = page.getByRole('listitem').filter({ hasText: 'INV-8' });
    await cause.getByRole('link', { name: 'INV-8', exact: true }).click();
    await view.retryButton().click();
    await page.getByText(/Retried at .* It failed again: The total is 119\.99/).waitFor();
  });

  it('says before a retry that sending is on hold, and until when', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    const { ledger, connection } = served;
    const [from, to] = [new Date(Date.now() - 60_000), new Date(Date.now() + 86_400_000)];
    await holdConnection(ledger, connection.id, { from, to }, 'test');
    const { page, login } = await open('/');
    await login.enter(await served.person('operator'));
    const cause = page.getByRole('listitem').filter({ hasText: '1 document: Customer missing' });
    await cause.getByText(/is on hold until .* This waits until then/).waitFor();
    await cause.getByRole('button', { name: 'Retry' }).click();
    await page
      .getByRole('dialog')
      .getByText(/is on hold until .* This waits until then/)
      .waitFor();
  });

  it('finds documents by the connection they are of, and says which words a status has', async () => {
    await served.state('INV-7');
    const { ledger, connection } = served;
    await ledger.sql`update connections set name = 'Shop, Leeds' where id = ${connection.id}`;
    const { page, login, list } = await open('/documents?q=leeds');
    await login.enter(await served.person('operator'));
    await list.row('INV-7').waitFor();
    const search = page.getByLabel('Search by number, external id or name');
    await search.fill('york');
    await page.getByText('No document matches').waitFor();
    expect(await page.getByRole('button', { name: 'All that match…' }).isDisabled()).toBe(true);
    await search.fill('status:broken');
    await page.getByText('“broken” is no status. A status is one of Failed, Checking').waitFor();
  });

  it('retries the failed rows of a page on a phone, and says what became of each', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    await served.stateFailed('INV-8', 'Harbor Coffee');
    await served.state('INV-9', 'Contoso Ltd', '119.99');
    await served.state('INV-10');
    const { page, login, list } = await open('/documents', PHONE);
    await login.enter(await served.person('operator'));
    await list.select('Invoice INV-8');
    await list.retrySelected().click();
    await list.dialog().getByText('1 invoice will be sent').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await list.retryAllFailed().click();
    await list.dialog().getByText('3 invoices will be sent').waitFor();
    await expectAccessibleInBothThemes(page, 'the dialog of a retry');
    await list.confirmRetry();
    await expectAccessibleInBothThemes(page, 'the result of a retry');
    const result = await list.dialog().textContent();
    expect(result).toContain('2 documents will be sent again.');
    expect(result).toContain('1 document could not be retried:Invoice INV-9');
    await list.closeDialog();
    await list.statusOf('INV-7').filter({ hasText: 'Queued' }).waitFor();
    expect(await list.statusOf('INV-9').textContent()).toBe('Failed');
  });

  it('offers a viewer nothing to press', async () => {
    await served.stateFailed('INV-7', 'Juniper Hill Bakery');
    const { page, login, list, view } = await open('/documents');
    await login.enter(await served.person('viewer'));
    await list.row('INV-7').waitFor();
    expect(await list.retryAllFailed().count()).toBe(0);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await list.open('INV-7');
    expect(await view.retryButton().count()).toBe(0);
  });

  it('refreshes itself without keeping the session of a person who left alive', async () => {
    await served.state('INV-7');
    const { page, login, list } = await open('/documents');
    await login.enter(await served.person('viewer'));
    await list.row('INV-7').waitFor();
    const isList = (url: string) => new URL(url).pathname === '/ops/documents';
    const nextRead = () => page.waitForRequest((request) => isList(request.url()));
    const byItself = await nextRead();
    expect(byItself.headers()['x-poll']).toBe('1');
    const [asked] = await Promise.all([
      nextRead(),
      page.getByRole('button', { name: 'Refresh' }).click(),
    ]);
    expect(asked.headers()['x-poll']).toBeUndefined();
  });
});
