import { expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ProfileName } from '../../src/contract/profiles.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { type Journey, RETURN_URL, runsEnded, startJourney } from '../support/journey.js';
import { freePort } from '../support/ports.js';
import { setupKnowsLists } from '../support/setup-lists.js';
import { aWeb } from '../support/web.js';
import { builtCustomerPage, builtDashboard } from './built-pages.js';
import {
  DESKTOP,
  launchChromium,
  newContext,
  openPage,
  type Size,
  type WatchedPage,
} from './chromium.js';
import { type Login, LoginForm, openDashboard } from './pages.js';

export const NARROW: Size = { width: 360, height: 780 };

/** The page of apps' customers over a whole qbo-sync, in a browser; on request the dashboard beside it. */
export class ServedCustomerPage {
  private watched: WatchedPage[] = [];
  private made = 0;

  private constructor(
    readonly journey: Journey,
    private readonly browser: Browser,
    private readonly webUrl: string,
    private readonly closeServer: () => Promise<void>,
  ) {}

  static async start({ dashboard = false } = {}): Promise<ServedCustomerPage> {
    const customerPageFolder = await builtCustomerPage();
    const dashboardFolder = dashboard ? await builtDashboard() : undefined;
    const browser = await launchChromium();
    const journey = await startJourney();
    const port = await freePort();
    const webUrl = `http://127.0.0.1:${port}`;
    const running = await aWeb(journey.house.ledger, {
      publicUrl: webUrl,
      customerPageFolder,
      dashboardFolder,
      intuitUrl: journey.simulator.url,
      intuitClientId: journey.config.intuit.clientId,
    });
    await running.web.listen({ host: '127.0.0.1', port });
    return new ServedCustomerPage(journey, browser, webUrl, () => running.close());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.closeServer();
    await this.journey.close();
  }

  /** Ends the pages of a test, and expects that they did nothing a healthy page never does. */
  async expectNoComplaints(): Promise<void> {
    const watched = this.watched.splice(0);
    for (const { page } of watched) await page.context().close();
    // The way over Intuit's page and back to the app leaves our origin.
    const elsewhere = [this.journey.simulator.url, new URL(RETURN_URL).origin];
    const left = (text: string) => elsewhere.some((url) => text.startsWith(`request: ${url}`));
    const complaints = watched.flatMap((one) => one.complaints);
    expect(complaints.filter((text) => !left(text))).toEqual([]);
  }

  /** A connection that nobody has connected yet. */
  async aNew(profile: ProfileName, attributes: Record<string, string> = {}): Promise<string> {
    this.made += 1;
    const externalId = `shop-${this.made}`;
    const name = `Shop ${this.made}`;
    const stated = { externalId, name, profile, attributes, returnUrl: RETURN_URL };
    return (await this.journey.client.createConnection(stated)).id;
  }

  /** A connection to a company of its own, whose lists are read. */
  async aConnectedOne(
    profile: ProfileName,
    more: { settings?: SettingsInput; attributes?: Record<string, string> } = {},
  ): Promise<string> {
    const { id } = await this.journey.connect({ profile, ...more });
    await runsEnded(this.journey, id);
    await setupKnowsLists(this.journey, id);
    return id;
  }

  /** Opens the page in a browser of its own, by a link as the app makes it. */
  async open(id: string, size: Size = DESKTOP): Promise<Page> {
    const { url } = await this.journey.client.pageLink(id, { id: 'user-7' });
    const page = await this.openWatched(size);
    await page.route(`${new URL(RETURN_URL).origin}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>The app</title>' }),
    );
    await page.goto(new URL(url).pathname);
    await page.locator('[data-status]').waitFor();
    return page;
  }

  /** Logs in to the dashboard, in a browser of its own. */
  async openDashboard(login: Login, path = '/'): Promise<Page> {
    const page = await this.openWatched(DESKTOP);
    await openDashboard(page, path);
    await new LoginForm(page).enter(login);
    return page;
  }

  /** A page that is not ours, as that of the company's own people. */
  async openElsewhere(url: string): Promise<Page> {
    const page = await (await newContext(this.browser)).newPage();
    await page.goto(url);
    return page;
  }

  private async openWatched(size: Size): Promise<Page> {
    const watched = await openPage(this.browser, this.webUrl, size);
    this.watched.push(watched);
    return watched.page;
  }

  /** A company of QuickBooks that no connection knows yet. */
  aCompany(): string {
    const { control } = this.journey.simulator;
    return control.createCompany({ plan: 'plus', seed: 'sample' }).realmId;
  }

  /** On Intuit's page the person picks the company and agrees; the browser ends at the app's address. */
  async authorize(page: Page, realmId: string): Promise<URL> {
    await page.getByRole('heading', { name: 'Connect to QuickBooks' }).waitFor();
    await page.locator(`input[value="${realmId}"]`).check();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL((url) => url.searchParams.get('result') === 'connected');
    expect(page.url().startsWith(RETURN_URL)).toBe(true);
    return new URL(page.url());
  }

  /** Presses the button that leads to Intuit's page, and goes all the way. */
  async connectBy(page: Page, name: string): Promise<URL> {
    // Intuit's page lists the companies there are when it is opened.
    const realmId = this.aCompany();
    await button(page, name).click();
    return this.authorize(page, realmId);
  }
}

/** Labels of the buttons of the state, in their order. */
export const buttonsOf = (page: Page) =>
  page.getByRole('region').first().locator('.buttons button').allTextContents();

export const standsAt = (page: Page, status: string) =>
  page.locator(`[data-status="${status}"]`).waitFor();

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Chooses the first account that is found by a part of its name. */
export async function choose(page: Page, setting: string, name: string): Promise<Locator> {
  await page.getByLabel(`Search ${setting}`).fill(name);
  const choice = page.getByLabel(setting, { exact: true });
  const option = choice.locator('option', { hasText: name }).first();
  await option.waitFor({ state: 'attached' });
  await choice.selectOption({ label: (await option.textContent()) ?? '' });
  return choice;
}
