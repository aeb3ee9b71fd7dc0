import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import type { App } from '../../src/ledger/apps/apps.js';
import { createApp, createKey, setEmbedOrigins } from '../../src/ledger/apps/apps.js';
import { type Journey, startJourney } from '../support/journey.js';
import { describeWith } from '../support/needs.js';
import { freePort } from '../support/ports.js';
import { startTlsFront } from '../support/tls-front.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';
import { builtCustomerPage } from './built-pages.js';
import { launchChromium, newContext } from './chromium.js';

const PATH = '/business-settings/services/quickbooks';

// Three sites over TLS: ours, the app's, and one that nobody registered. The browser refuses cookies
// of other sites unless they are kept apart by the site that shows them, as browsers do by now.
describeWith('browser', 'the customer’s page in a frame of the app', () => {
  let journey: Journey;
  let running: WebUnderTest;
  let front: Awaited<ReturnType<typeof startTlsFront>>;
  let browser: Browser;
  let context: BrowserContext;
  let app: App;
  let key: string;
  let port: number;
  /** What the frame of either site shows. */
  let framed = 'about:blank';
  const site = (name: string) => `https://${name}.example:${port}`;

  beforeAll(async () => {
    journey = await startJourney();
    port = await freePort();
    const webPort = await freePort();
    running = await aWeb(journey.house.ledger, {
      publicUrl: site('sync'),
      customerPageFolder: await builtCustomerPage(),
      intuitUrl: journey.simulator.url,
      intuitClientId: journey.config.intuit.clientId,
    });
    await running.web.listen({ host: '127.0.0.1', port: webPort });
    const html = () =>
      `<!doctype html><title>Services</title><h1>QuickBooks</h1><iframe src="${framed}" width="900" height="700"></iframe>`;
    front = await startTlsFront(
      {
        'sync.example': { url: `http://127.0.0.1:${webPort}` },
        'shop.example': { html },
        'other.example': { html },
      },
      port,
    );
    browser = await launchChromium([
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      '--test-third-party-cookie-phaseout',
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await front.close();
    await running.close();
    await journey.close();
  });
  beforeEach(async () => {
    const { ledger } = journey.house;
    app = await createApp(
      ledger,
      {
        name: 'Shop',
        returnUrls: [`${site('shop')}${PATH}`],
        embedOrigins: [site('shop')],
      },
      'test',
    );
    ({ key } = await createKey(ledger, { appId: app.id, scopes: ['connections'] }, 'test'));
    context = await newContext(browser, { ignoreHTTPSErrors: true });
  });
  afterEach(() => context.close());

  const call = () => withKey(running.web, key);

  async function aNew(): Promise<string> {
    const answer = await call()('POST', '/v1/connections', {
      externalId: 'account-1',
      name: 'Bay Supplies',
      profile: 'auto-invoices',
      returnUrl: `${site('shop')}${PATH}`,
    });
    expect(answer.statusCode).toBe(201);
    return answer.json<{ id: string }>().id;
  }

  async function linkTo(id: string): Promise<string> {
    const answer = await call()('POST', `/v1/connections/${id}/page-link`);
    return answer.json<{ url: string }>().url;
  }

  /** Opens the site's page with a fresh link in its frame. */
  async function show(name: 'shop' | 'other', id: string): Promise<[Page, FrameLocator]> {
    framed = await linkTo(id);
    const page = await context.newPage();
    await page.goto(`${site(name)}${PATH}`);
    return [page, page.frameLocator('iframe')];
  }

  /** The browser says that it refuses to show the frame. */
  async function expectRefused(name: 'shop' | 'other', id: string): Promise<void> {
    framed = await linkTo(id);
    const page = await context.newPage();
    const refusal = page.waitForEvent('console', {
      predicate: (message) => message.text().includes('frame-ancestors'),
    });
    await page.goto(`${site(name)}${PATH}`);
    expect((await refusal).type()).toBe('error');
    expect(await page.frameLocator('iframe').locator('[data-status]').count()).toBe(0);
  }

  it('A2 A4 A5: is part of the app’s settings page, and connects from there and back to it', async () => {
    const id = await aNew();
    const [page, frame] = await show('shop', id);
    await frame.locator('[data-status=new]').waitFor();
    await frame.getByRole('button', { name: 'Connect to QuickBooks' }).click();
    // Intuit's page does not show itself in a frame: the whole browser goes there.
    await page.waitForURL((url) => url.origin === journey.simulator.url);
    const { realmId } = journey.simulator.control.createCompany({ seed: 'sample' });
    await page.reload();
    await page.locator(`input[value="${realmId}"]`).check();
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.waitForURL((url) => url.pathname === PATH);
    expect(new URL(page.url()).searchParams.get('result')).toBe('connected');

    // The link in the frame was used; the app makes another each time it shows its page.
    const [, again] = await show('shop', id);
    await again.locator('[data-status=connected]').waitFor();
    await again.getByLabel('Sync type').selectOption('Off');
    await again.getByRole('button', { name: 'Save' }).click();
    await again.getByText('Saved.').waitFor();
  });

  it('keeps the session of a frame to the site that shows it', async () => {
    const id = await aNew();
    const [, frame] = await show('shop', id);
    await frame.locator('[data-status=new]').waitFor();
    const own = await context.newPage();
    await own.goto(`${site('sync')}/connection/${id}`);
    await own.getByRole('heading', { name: 'This page has ended' }).waitFor();
    const [session] = await context.cookies(site('sync'));
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None' });
  });

  it('is shown to no site that the app has not named, until it names it', async () => {
    const id = await aNew();
    await expectRefused('other', id);
    await setEmbedOrigins(journey.house.ledger, app.id, [site('other')], 'test');
    const [, frame] = await show('other', id);
    await frame.locator('[data-status=new]').waitFor();
    await expectRefused('shop', id);
    await setEmbedOrigins(journey.house.ledger, app.id, [], 'test');
    await expectRefused('other', id);
  });
});
