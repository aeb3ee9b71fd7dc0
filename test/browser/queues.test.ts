import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Role } from '../../src/contract/ops.js';
import { openQueueBackend, type QueueBackend } from '../../src/queue/backend.js';
import { openQueueBoard } from '../../src/queue/board.js';
import { describeWith, has } from '../support/needs.js';
import { type FreshRedis, freshRedis } from '../support/redis.js';
import { DESKTOP, launchChromium, openPage, type WatchedPage } from './chromium.js';
import { expectFit } from './expect-fit.js';
import { LoginForm, openDashboard } from './pages.js';
import { type ServedDashboard, serveDashboard } from './served-dashboard.js';

/** Both are needed; the one that is missing is named. */
const NEEDED = has('browser') ? 'redis' : 'browser';
const LIMIT_MS = 5_000;
const silent = { error() {}, warn() {}, info() {} };

describeWith(NEEDED, 'the raw queues in the dashboard’s frame', () => {
  let browser: Browser;
  let redis: FreshRedis;
  let queue: QueueBackend;
  let served: ServedDashboard;
  const watched: WatchedPage[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
    redis = await freshRedis();
    const options = { url: redis.url, log: silent, addTimeoutMs: LIMIT_MS };
    queue = await openQueueBackend(options);
    await queue.add([{ queue: 'push', subjectId: '4711', epoch: 2, priority: 1 }]);
    served = await serveDashboard({}, openQueueBoard(options));
  });
  afterEach(async () => {
    const pages = watched.splice(0);
    for (const { page } of pages) await page.context().close();
    expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    await queue.close();
    await redis.stop();
  });

  async function open(dashboard: ServedDashboard, role: Role, path: string): Promise<Page> {
    const fresh = await openPage(browser, dashboard.webUrl, DESKTOP);
    watched.push(fresh);
    await openDashboard(fresh.page, path);
    await new LoginForm(fresh.page).enter(await dashboard.person(role));
    return fresh.page;
  }

  it('shows Bull Board below the bar, down to one wake-up, and keeps the bar', async () => {
    const page = await open(served, 'operator', '/live');
    const bar = page.getByRole('navigation', { name: 'Main' });
    await bar.getByRole('link', { name: 'Queues' }).click();
    const board = page.frameLocator('iframe[title="Bull Board"]');
    await board.getByRole('link', { name: 'push' }).first().click();
    await board.getByText('push-4711-2').first().waitFor();
    // Looking only: nothing that would change a queue is offered.
    expect(
      await board.getByRole('button', { name: /Pause|Promote all|Clean|Add job/ }).count(),
    ).toBe(0);
    await expectFit(page, 'queues');
    await page.setViewportSize(DESKTOP);
    await board.getByRole('link', { name: 'push-4711-2' }).first().click();
    const [, frame] = page.frames();
    await frame?.waitForURL('**/ops/queues/queue/push/push-4711-2*');
    await board.getByText('subjectId').first().waitFor();
    await expectFit(page, 'queues-wake-up');
    await bar.getByRole('link', { name: 'Live' }).click();
    await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
  });

  it('says to a viewer for whom it is, and does not name the page', async () => {
    const page = await open(served, 'viewer', '/queues');
    await page.getByText('This page is for operators').waitFor();
    expect(await page.getByRole('link', { name: 'Queues' }).count()).toBe(0);
  });

  it('says that there is nothing to show where the queue is in Postgres', async () => {
    const without = await serveDashboard();
    const page = await open(without, 'operator', '/queues');
    await page.getByText('There are no raw queues to show').waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
    await expectFit(page, 'queues-postgres');
    await page.context().close();
    await without.close();
  });
});
