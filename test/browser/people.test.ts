import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../support/needs.js';
import { DESKTOP, launchChromium, openPage, type WatchedPage } from './chromium.js';
import { expectFit } from './expect-fit.js';
import { DocumentList, type Login, LoginForm, openDashboard } from './pages.js';
import { type ServedDashboard, serveDashboard } from './served-dashboard.js';

const CHOSEN = 'four plain words chosen';

describeWith('browser', 'people, what they did, and showing again who one is', () => {
  let browser: Browser;
  let served: ServedDashboard;
  let admin: Login;
  const watched: WatchedPage[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    served = await serveDashboard({ beyondDocuments: 1 });
    admin = await served.person('admin');
  });
  afterEach(async () => {
    const pages = watched.splice(0);
    for (const { page } of pages) await page.context().close();
    await served.close();
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(login: Login, path: string): Promise<Page> {
    const fresh = await openPage(browser, served.webUrl, DESKTOP);
    watched.push(fresh);
    const { page } = fresh;
    await openDashboard(page, path);
    await new LoginForm(page).enter(login);
    return page;
  }
  /** As after a quarter of an hour at work. */
  const forgetProofs = () => served.ledger.sql`update sessions set proven_at = null`;
  const proof = (page: Page) => page.getByRole('dialog', { name: 'Is it still you?' });
  const roleOf = async (email: string) => {
    const [row] = await served.ledger.sql<{ role: string }[]>`
      select role from users where email = ${email}`;
    return row?.role;
  };

  it('lets somebody in, who sets a password of their own before anything else', async () => {
    const page = await open(admin, '/people');
    await page.getByRole('button', { name: 'Let somebody in…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Let somebody in' });
    await dialog.getByLabel('Email').fill('New@Example.com');
    await dialog.getByLabel('Role').selectOption('operator');
    await expectFit(page, 'invite');
    await dialog.getByRole('button', { name: 'Let them in' }).click();
    await dialog.getByText('Give this to new@example.com.').waitFor();
    const password = await dialog.getByLabel('Password').inputValue();
    await expectFit(page, 'shown-once');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /new@example\.com/ }).waitFor();

    const theirs = await open({ email: 'new@example.com', password }, '/documents');
    await theirs.getByRole('heading', { name: 'Set a password of your own' }).waitFor();
    await expectFit(theirs, 'first-password');
    const set = (text: string) => theirs.getByLabel('New password', { exact: true }).fill(text);
    await set('new new new new');
    await theirs.getByRole('button', { name: 'Set the new password' }).click();
    await theirs.getByText('must not hold your address').waitFor();
    await set(CHOSEN);
    await theirs.getByRole('button', { name: 'Set the new password' }).click();
    await theirs.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
    expect(await theirs.getByRole('link', { name: 'People' }).count()).toBe(0);
    await openDashboard(theirs, '/people');
    await theirs.getByText('This page is for admins').waitFor();
    await expectFit(theirs, 'not-for-you');
  });

  it('asks again who it is before a role is given, and goes on with what was asked', async () => {
    const other = await served.person('viewer');
    const page = await open(admin, '/people');
    await page.getByRole('button', { name: `Change ${other.email}` }).click();
    const dialog = page.getByRole('dialog', { name: other.email });
    await dialog.getByLabel('Role').selectOption('support');
    await expectFit(page, 'person');
    await forgetProofs();
    await dialog.getByRole('button', { name: 'Give this role' }).click();
    await proof(page).getByLabel('Your password').fill('wrong');
    await proof(page).getByRole('button', { name: 'Go on' }).click();
    await proof(page).getByText('That is not your password.').waitFor();
    await expectFit(page, 'proof');
    await page.keyboard.press('Escape');
    await proof(page).waitFor({ state: 'detached' });
    // What was asked for is still there, and says why nothing came of it.
    await dialog.getByText('This is only for who has just logged in').waitFor();
    expect(await roleOf(other.email)).toBe('viewer');

    await dialog.getByRole('button', { name: 'Give this role' }).click();
    await proof(page).getByLabel('Your password').fill(admin.password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page
      .getByRole('row', { name: /viewer@example\.com/ })
      .getByText('Support')
      .waitFor();
    expect(await roleOf(other.email)).toBe('support');
  });

  it('makes somebody a password, and shuts out and lets in again', async () => {
    const other = await served.person('viewer');
    const page = await open(admin, '/people');
    const row = page.getByRole('row', { name: /viewer@example\.com/ });
    const change = () => page.getByRole('button', { name: `Change ${other.email}` }).click();
    await change();
    await page.getByRole('button', { name: 'Make a new password' }).click();
    const password = page.getByRole('dialog').getByLabel('Password');
    expect(await password.inputValue()).toMatch(/^[\w-]{24}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    await change();
    await page.getByRole('button', { name: 'Disable' }).click();
    await row.getByText('Disabled').waitFor();
    await expectFit(page, 'people');
    await change();
    await page.getByRole('button', { name: 'Enable' }).click();
    await row.getByText('May log in').waitFor();
    // The only admin stays one.
    await page.getByRole('button', { name: `Change ${admin.email}` }).click();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('This is the only admin who may log in').waitFor();
  });

  it('asks again who it is before many documents are sent again, and not before a few', async () => {
    await served.stateFailed('INV-1', 'Contoso Ltd');
    const operator = await served.person('operator');
    const page = await open(operator, '/documents?status=failed');
    const list = new DocumentList(page);
    await list.row('INV-1').waitFor();
    await forgetProofs();
    const dialog = page.getByRole('dialog', { name: 'All that match' });
    const ask = async () => {
      await page.getByRole('button', { name: 'All that match…' }).click();
      await dialog.getByLabel('What to do').selectOption({ label: 'Skip' });
      await dialog.getByRole('button', { name: 'Show what it is about' }).click();
    };
    await ask();
    await dialog.getByRole('button', { name: 'Skip 1 document' }).click();
    await dialog.getByText(/^(Under way|Done): /).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await served.stateFailed('INV-2', 'Contoso Ltd');
    await served.stateFailed('INV-3', 'Contoso Ltd');
    await page.reload();
    await ask();
    await dialog.getByRole('button', { name: /^Skip \d documents/ }).click();
    await proof(page).getByLabel('Your password').fill(operator.password);
    await proof(page).getByRole('button', { name: 'Go on' }).click();
    await dialog.getByText(/^(Under way|Done): /).waitFor();
    const actors = await served.ledger.sql<{ actor: string }[]>`
      select actor from audit_log where action = 'session.proven'`;
    expect(actors).toEqual([{ actor: operator.email }]);
  });

  it('shows what everybody did, by who, what, where and when; the address is the filter', async () => {
    await served.person('viewer');
    const page = await open(admin, '/audit');
    const rows = page.getByRole('table', { name: 'What was done' }).locator('tbody tr');
    await rows.filter({ hasText: 'Logged in' }).first().waitFor();
    await expectFit(page, 'audit');
    await page.getByLabel('What was done').selectOption('user.');
    await page.waitForURL((url) => url.searchParams.get('action') === 'user.');
    await rows.filter({ hasText: 'Logged in' }).waitFor({ state: 'detached' });
    expect(await rows.filter({ hasText: 'Person let in' }).count()).toBe(2);
    await rows.filter({ hasText: 'Person: viewer@example.com' }).waitFor();
    await page.getByLabel('Who did it').fill(admin.email);
    await page.getByText('Nothing was done that matches').waitFor();
    await page.getByRole('link', { name: 'Show everything' }).click();
    await rows.filter({ hasText: 'Logged in' }).first().waitFor();

    await page.getByLabel('Connection', { exact: true }).fill(served.connection.name.slice(0, 3));
    const option = page.locator(`datalist option[value^="${served.connection.name}"]`);
    await option.waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('connection') === served.connection.id);
    await rows.filter({ hasText: 'Logged in' }).waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'Connected to QuickBooks' }).waitFor();
    await page.getByLabel('Up to this day').fill('2020-01-01');
    await page.getByText('Nothing was done that matches').waitFor();
    await page.getByLabel('Up to this day').fill('');
    await page.getByRole('button', { name: 'Any connection' }).click();
    await rows.filter({ hasText: 'Logged in' }).first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('audit.csv');
  });

  it('shows where one is logged in, ends the others, and changes one’s password', async () => {
    const elsewhere = await open(admin, '/documents');
    const page = await open(admin, '/account');
    const logins = page.getByRole('table', { name: 'Your logins' }).locator('tbody tr');
    await logins.nth(1).waitFor();
    await logins
      .filter({ hasText: 'this one' })
      .getByText(/^Chrome on/)
      .waitFor();
    await expectFit(page, 'account');
    const form = page.getByRole('form', { name: 'Password' });
    await form.getByLabel('Current password', { exact: true }).fill(admin.password);
    await form.getByLabel('New password', { exact: true }).fill(CHOSEN);
    await form.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByText('Your password is another one from here on').waitFor();
    await logins.nth(1).waitFor({ state: 'detached' });
    await new DocumentList(elsewhere).tab('Failed').click();
    await elsewhere.getByText('Your session has ended.').waitFor();

    await new LoginForm(elsewhere).enter({ ...admin, password: CHOSEN });
    await page.getByRole('button', { name: 'Log out everywhere', exact: true }).click();
    await page.getByText('You are logged out.').waitFor();
    await new DocumentList(elsewhere).tab('All').click();
    await elsewhere.getByText('Your session has ended.').waitFor();
  });

  it('goes by keys from the field of the password to the act', async () => {
    const page = await open(admin, '/people');
    await forgetProofs();
    await page.getByRole('button', { name: 'Let somebody in…' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('keys@example.com');
    await page.keyboard.press('Enter');
    await proof(page).locator('input:focus').waitFor();
    await page.keyboard.type(admin.password);
    await page.keyboard.press('Enter');
    await page.getByText('Give this to keys@example.com.').waitFor();
  });
});
