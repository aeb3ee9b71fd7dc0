import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { FlowProducer } from 'bullmq';
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

/** Wake-ups of ours depend on none; Bull Board shows one that does in a view of its own. */
async function addFlow(url: string): Promise<void> {
  const flows = new FlowProducer({ connection: { url }, prefix: 'bullmq' });
  await flows.add({
    name: 'push',
    queueName: 'push',
    data: { subjectId: '12', epoch: 1 },
    opts: { jobId: 'push-12-1' },
    children: [
      {
        name: 'pull',
        queueName: 'pull',
        data: { subjectId: '13', epoch: 1 },
        opts: { jobId: 'pull-13-1' },
      },
    ],
  });
  await flows.close();
}

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
    await addFlow(redis.url);
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

  it('opens every view of it and writes nothing, nor asks anybody else', async () => {
    const page = await open(served, 'support', '/queues');
    const writes: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') writes.push(`${request.method()} ${request.url()}`);
    });
    const board = page.frameLocator('iframe[title="Bull Board"]');
    await board.getByRole('link', { name: 'push' }).first().waitFor();
    const [, frame] = page.frames();
    const symbols = board.locator('header button');
    expect(await symbols.count()).toBe(4);
    await symbols.nth(0).click();
    await symbols.nth(1).click();
    await board.getByText('Connected clients').waitFor();
    await board.getByRole('button', { name: 'Close' }).click();
    await board.getByText('Connected clients').waitFor({ state: 'detached' });
    await symbols.nth(2).click();
    await frame?.waitForFunction('document.fullscreenElement !== null');
    await symbols.nth(2).click();
    await frame?.waitForFunction('document.fullscreenElement === null');
    await symbols.nth(3).click();
    for (const part of ['Queues', 'Jobs', 'General']) {
      await board.getByRole('dialog').getByRole('button', { name: part, exact: true }).click();
    }
    await expectFit(page, 'queues-settings');
    await page.setViewportSize(DESKTOP);
    await board.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

    await board.getByRole('link', { name: 'push' }).first().click();
    await board.getByRole('link', { name: /^WAITING CHILDREN/i }).click();
    await board.getByRole('link', { name: 'push-12-1' }).first().click();
    for (const part of ['Progress', 'Options', 'Logs', 'Error', 'Data']) {
      await board.getByRole('tab', { name: part }).first().click();
      await board.getByRole('tab', { name: part, selected: true }).first().waitFor();
    }
    await board.getByText('Job flow').waitFor();
    for (const name of [
      'Zoom in',
      'Zoom out',
      'Fit the whole flow',
      'Centre on the job you opened',
    ]) {
      await board.getByRole('button', { name, exact: true }).click();
    }
    await expectFit(page, 'queues-flow');
    await page.setViewportSize(DESKTOP);
    await board.getByText('1 unfinished').first().waitFor();
    expect(
      await board
        .getByRole('button', { name: /Retry|Promote|Remove|Delete|Clean|Duplicate|Update/ })
        .count(),
    ).toBe(0);
    expect(writes).toEqual([]);
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
