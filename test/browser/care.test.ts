import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { endHold, holdConnection } from '../../src/ledger/connections/hold.js';
import { describeWith } from '../support/needs.js';
import { DESKTOP, launchChromium, openPage, type WatchedPage } from './chromium.js';
import { expectFit } from './expect-fit.js';
import { type Login, LoginForm, openDashboard } from './pages.js';
import { type ServedDashboard, serveDashboard } from './served-dashboard.js';

const DAY_MS = 86_400_000;

// What people do for a connection; no worker is needed for it.
describeWith('browser', 'care of a connection', () => {
  let browser: Browser;
  let served: ServedDashboard;
  let operator: Login;
  let viewer: Login;
  let watched: WatchedPage | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
    served = await serveDashboard({ beyondDocuments: 1 });
    operator = await served.person('operator');
    viewer = await served.person('viewer');
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });
  afterEach(async () => {
    await watched?.page.context().close();
    expect(watched?.complaints ?? []).toEqual([]);
  });

  async function open(login: Login, path: string): Promise<Page> {
    watched = await openPage(browser, served.webUrl, DESKTOP);
    const { page } = watched;
    await openDashboard(page, path);
    await new LoginForm(page).enter(login);
    return page;
  }
  const openConnection = (login: Login) => open(login, `/connections/${served.connection.id}`);
  const pause = async (page: Page) => {
    await page.getByRole('button', { name: 'Pause…', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause?' });
    await dialog.getByText(/until somebody resumes it/).waitFor();
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const audited = async (action: string) => {
    const rows = await served.ledger.sql<{ actor: string }[]>`
      select actor from audit_log where action = ${action}`;
    return rows.map(({ actor }) => actor);
  };

  it('holds a connection, shows what the end lets go in number and worth, and ends it', async () => {
    const page = await openConnection(operator);
    const panel = page.getByRole('region', { name: 'Hold' });
    const dialog = page.getByRole('dialog');
    await panel.getByText('Nothing is on hold: what is due is sent.').waitFor();
    await panel.getByRole('button', { name: 'Hold…' }).click();
    const to = new Date(served.ledger.clock().getTime() + 2 * DAY_MS).toISOString().slice(0, 16);
    await dialog.getByLabel('From').fill('2026-01-02T10:00');
    await dialog.getByLabel('To').fill('2026-01-01T10:00');
    await dialog.getByRole('button', { name: 'Hold', exact: true }).click();
    await dialog.getByText('must be later than from').waitFor();
    await expectFit(page, 'hold-refused');
    await dialog.getByLabel('From').fill('');
    await dialog.getByLabel('To').fill(to);
    await dialog.getByRole('button', { name: 'Hold', exact: true }).click();
    await panel.getByText(/^Nothing is sent until/).waitFor();
    await panel.getByText('No document waits for its end yet.').waitFor();
    await served.state('INV-1');
    await served.state('INV-2');
    await page.reload();
    await panel.getByText('2 documents, worth 240.00, wait for its end.').waitFor();
    await page.getByText('On hold', { exact: true }).waitFor();
    await expectFit(page, 'hold');
    await panel.getByRole('button', { name: 'End the hold…' }).click();
    await dialog.getByText('2 documents, worth 240.00, will be let go.').waitFor();
    await expectFit(page, 'hold-end');
    await dialog.getByRole('button', { name: 'End it and let 2 documents go' }).click();
    await panel.getByText('Nothing is on hold: what is due is sent.').waitFor();
    expect(await audited('connection.hold_ended')).toEqual([operator.email]);
  });

  it('says wherever one looks that a connection is on hold, by the clock of whoever looks', async () => {
    const { ledger, connection } = served;
    const now = ledger.clock().getTime();
    const window = { from: new Date(now - DAY_MS), to: new Date(now + DAY_MS) };
    await holdConnection(ledger, connection.id, window, 'test');
    await served.state('HELD-1');
    const page = await open(operator, '/');
    const line = page.locator('[data-row="hold"]');
    await line.getByText('Sending is on hold for:').waitFor();
    await line.getByRole('link', { name: connection.name }).click();
    await page.getByText('On hold', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Connections' }).first().click();
    const row = page.getByRole('row', { name: connection.name });
    await row.getByText('On hold', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Documents', exact: true }).click();
    await page
      .getByText(/Sending is on hold until \d+ \w+ \d{4}, \d\d:\d\d/)
      .first()
      .waitFor();
    await endHold(ledger, connection.id, 'test');
  });

  it('announces a hold that is still to come', async () => {
    const now = served.ledger.clock().getTime();
    const window = { from: new Date(now + DAY_MS), to: new Date(now + 2 * DAY_MS) };
    await holdConnection(served.ledger, served.connection.id, window, 'test');
    const page = await openConnection(operator);
    const panel = page.getByRole('region', { name: 'Hold' });
    await panel.getByText(/^Nothing will be sent from .* until/).waitFor();
    await panel.getByRole('button', { name: 'Change the hold…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('From').inputValue()).not.toBe('');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await panel.getByRole('button', { name: 'End the hold…' }).click();
    await dialog.getByText('Nothing waits for it.').waitFor();
    await dialog.getByRole('button', { name: 'End it' }).click();
    await panel.getByText('Nothing is on hold: what is due is sent.').waitFor();
  });

  it('pauses a connection and resumes it', async () => {
    const page = await openConnection(operator);
    await pause(page);
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await page.getByText('Paused', { exact: true }).first().waitFor();
    const panel = page.getByRole('region', { name: 'Hold' });
    await panel.getByText('Nothing is on hold, but nothing is sent now: Paused.').waitFor();
    await expectFit(page, 'paused');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('button', { name: 'Pause…', exact: true }).waitFor();
    expect(await audited('connection.paused')).toEqual([operator.email]);
    expect(await audited('connection.resumed')).toEqual([operator.email]);
  });

  it('asks again who it is before the end of a pause lets many documents go', async () => {
    const page = await openConnection(operator);
    await pause(page);
    const resume = page.getByRole('button', { name: 'Resume', exact: true });
    await resume.waitFor();
    for (const number of ['MANY-1', 'MANY-2']) await served.state(number);
    await served.ledger.sql`update sessions set proven_at = null`;
    await resume.click();
    const proof = page.getByRole('dialog', { name: 'Is it still you?' });
    await proof.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('That was not possible').waitFor();
    await resume.click();
    await proof.getByLabel('Your password').fill(operator.password);
    await proof.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Pause…', exact: true }).waitFor();
  });

  it('offers a viewer neither hold nor pause', async () => {
    const page = await openConnection(viewer);
    const panel = page.getByRole('region', { name: 'Hold' });
    await panel.getByText('Nothing is on hold: what is due is sent.').waitFor();
    expect(await panel.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Pause…', exact: true }).count()).toBe(0);
  });
});
