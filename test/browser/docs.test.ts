import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { describeWith } from '../support/needs.js';
import { freePort } from '../support/ports.js';
import { aWeb, type WebUnderTest } from '../support/web.js';
import { launchChromium, openPage } from './chromium.js';

describeWith('browser', 'the readable API docs', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let browser: Browser;
  let webUrl: string;
  beforeAll(async () => {
    fresh = await freshLedger();
    const port = await freePort();
    webUrl = `http://127.0.0.1:${port}`;
    running = await aWeb(fresh.ledger, { publicUrl: webUrl });
    await running.web.listen({ host: '127.0.0.1', port });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await running.close();
    await fresh.close();
  });

  it('show a route and its fields, within the content security policy', async () => {
    const { page, complaints } = await openPage(browser, webUrl);
    await page.goto('/docs/');
    await page.getByText('State one invoice').first().click();
    await page.getByText('billingEmail').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
