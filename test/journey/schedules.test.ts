import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunAnswer } from '../../src/contract/answers.js';
import type { RunTrigger } from '../../src/contract/run.js';
import { setReadBudget } from '../../src/ledger/apps/apps.js';
import { readFeedToEnd } from '../support/feed.js';
import {
  goOnTo,
  type Journey,
  pullChanges,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { rawApi } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

// What begins by the clock, on a Saturday in November in Los Angeles and the days after it: a company
// whose contacts are imported, one that is told of payments, and one that only sends.
describe('what begins by the clock', () => {
  let journey: Journey;
  let contacts: SalesCompany;
  let payments: SalesCompany;
  let quiet: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({
      now: '2026-11-21T12:00:00-08:00',
      schedules: true,
      environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN },
    });
    // Looks are counted: a busy machine's minutes must not be added to those the tests go on by.
    journey.simulator.control.setClock({ stopped: true });
    const modules = ['invoice' as const, 'customer' as const];
    contacts = await salesCompany(journey, { settings: { modules, imports: { contacts: true } } });
    payments = await salesCompany(journey, { settings: { modules, payments: true } });
    quiet = await salesCompany(journey, { settings: { modules } });
    await waitFor(async () => (await readsOf(quiet)).nextNight !== null, { what: 'a night' });
  });
  afterAll(() => journey?.close());

  const now = () => journey.house.ledger.clock().getTime();
  const feed = () => ({ client: journey.client, ledger: journey.house.ledger });
  const goOn = (byMs: number) => goOnTo(journey, new Date(now() + byMs).toISOString());
  const readsOf = async ({ id }: SalesCompany) => {
    const { reads } = await journey.client.connection(id);
    if (reads === null) throw new Error('The connection has no company');
    return reads;
  };
  const runsOf = async ({ id }: SalesCompany, trigger: RunTrigger = 'schedule') => {
    const { body } = await rawApi<{ runs: RunAnswer[] }>(
      journey,
      'GET',
      `/v1/connections/${id}/runs?limit=100`,
    );
    return body.runs.filter((run) => run.trigger === trigger);
  };
  /** Waits until so many runs of a job have begun by the clock, and all of them ended. */
  const begun = (company: SalesCompany, job: RunAnswer['job'], count: number) =>
    waitFor(
      async () => {
        const runs = (await runsOf(company)).filter((run) => run.job === job);
        return runs.length === count && runs.every(({ endedAt }) => endedAt !== null)
          ? runs
          : undefined;
      },
      { what: `${count} runs of ${job}` },
    );
  /** Waits until everything that has fallen due was looked at. */
  const lookedAt = () =>
    waitFor(
      async () => {
        const { sql, clock } = journey.house.ledger;
        const due = await sql`
          select 1 from change_looks where due_at <= ${clock()}
          union all select 1 from schedules where due_at <= ${clock()}
          union all select 1 from runs where ended_at is null`;
        return due.count === 0;
      },
      { what: 'nothing to be due' },
    );

  it('brings new contacts within five minutes, and payments within fifteen', async () => {
    expect(await readsOf(contacts)).toMatchObject({ changes: 'polling', everyMinutes: 5 });
    expect(await readsOf(payments)).toMatchObject({ changes: 'polling', everyMinutes: 15 });
    expect(await readsOf(quiet)).toMatchObject({ changes: 'nightly', everyMinutes: null });
    const events = told(journey, contacts.id);
    await events();
    const id = contacts.quickbooks.add('Customer', { DisplayName: 'Lakeside Bakery' });
    await goOn(5 * MINUTE_MS);
    await waitFor(async () => (await events()).includes(`contact.imported customer ${id}`), {
      what: 'the contact',
    });
    await lookedAt();
    const before = (await runsOf(payments)).length;
    for (let look = 0; look < 3; look += 1) {
      await goOn(5 * MINUTE_MS);
      await lookedAt();
    }
    expect((await runsOf(payments)).length - before).toBe(1);
    expect(await runsOf(quiet)).toEqual([]);
    // What a look found is told, and not the look.
    const page = await readFeedToEnd(feed(), { connection: contacts.id });
    const looks = (await runsOf(contacts)).map(({ id }) => id);
    expect(page.events.filter(({ run }) => run !== null && looks.includes(run))).toEqual([]);
    const reads = await readsOf(contacts);
    expect(reads.byFeature).toMatchObject({ contacts: 4 });
    expect(reads.byFeature.refresh).toBeGreaterThan(10);
    expect(reads.month).toBe(Object.values(reads.byFeature).reduce((sum, count) => sum + count, 0));
    expect(reads.forecast).toBeGreaterThan(reads.month);
  });

  it('reads lists anew at two in the morning where the company is, once', async () => {
    const { nextNight } = await readsOf(quiet);
    expect(nextNight?.date).toBe('2026-11-22');
    const at = Date.parse(nextNight?.at ?? '');
    expect(at).toBeGreaterThanOrEqual(Date.parse('2026-11-22T02:00:00-08:00'));
    expect(at).toBeLessThan(Date.parse('2026-11-22T03:00:00-08:00'));
    await goOnTo(journey, new Date(at - MINUTE_MS).toISOString());
    await lookedAt();
    expect(await runsOf(quiet)).toEqual([]);

    quiet.quickbooks.add('Customer', { DisplayName: 'Known by the morning' });
    await goOn(MINUTE_MS);
    await begun(quiet, 'pull_changes', 1);
    await begun(quiet, 'refresh_master_data', 1);
    const { records } = await journey.client.records(quiet.id, 'customer');
    expect(records.map(({ name }) => name)).toContain('Known by the morning');
    journey.startWorker();
    await goOn(12 * HOUR_MS);
    await lookedAt();
    await begun(quiet, 'refresh_master_data', 1);
    expect((await readsOf(quiet)).nextNight?.date).toBe('2026-11-23');
  });

  it('makes up once for nights that were missed, and begins none again when the clock goes back', async () => {
    await goOn(5 * 24 * HOUR_MS);
    const [night] = await begun(quiet, 'refresh_master_data', 2);
    expect(night).toMatchObject({ trigger: 'schedule', status: 'succeeded' });
    expect((await readsOf(quiet)).nextNight?.date).toBe('2026-11-28');
    const later = now();
    const earlier = later - 20 * HOUR_MS;
    journey.simulator.control.setClock({ now: new Date(earlier).toISOString() });
    // Looks that were planned by the later clock are planned anew.
    const ahead = () => journey.house.ledger.sql`
      select 1 from change_looks where due_at > ${new Date(later - HOUR_MS)}`;
    await waitFor(async () => (await ahead()).count === 0, { what: 'the clock to have gone back' });
    await lookedAt();
    await goOnTo(journey, new Date(later).toISOString());
    await lookedAt();
    await begun(quiet, 'refresh_master_data', 2);
  });

  it('goes by other settings at once', async () => {
    await journey.client.changeSettings(quiet.id, {
      nightlyAt: '23:30',
      timeZone: 'Europe/Berlin',
    });
    await waitFor(
      async () => {
        const { nextNight } = await readsOf(quiet);
        const time = nextNight?.at.slice(11, 16) ?? '';
        return time >= '22:30' && time < '23:30';
      },
      { what: 'the night in Berlin' },
    );
    await expect(
      journey.client.changeSettings(quiet.id, { timeZone: 'Mars/Olympus' }),
    ).rejects.toMatchObject({ status: 422 });
  });

  it('looks for nothing where webhooks come, until one leaves something out', async () => {
    const { webhooks } = journey.simulator.control;
    webhooks.subscribe({
      clientId: journey.config.intuit.clientId,
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
    });
    const events = told(journey, contacts.id);
    await events();
    const heard = contacts.quickbooks.add('Customer', { DisplayName: 'Told of' });
    await waitFor(async () => (await events()).includes(`contact.imported customer ${heard}`), {
      what: 'the contact a webhook told of',
    });
    expect(await readsOf(contacts)).toMatchObject({ changes: 'webhooks', everyMinutes: null });
    await lookedAt();
    const looks = (await runsOf(contacts)).length;
    await goOn(HOUR_MS);
    await lookedAt();
    expect((await runsOf(contacts)).length).toBe(looks);

    webhooks.unsubscribe();
    const missed = contacts.quickbooks.add('Customer', { DisplayName: 'Left out' });
    const { nextNight } = await readsOf(contacts);
    await goOnTo(journey, nextNight?.at ?? '');
    await waitFor(async () => (await events()).includes(`contact.imported customer ${missed}`), {
      what: 'the contact no webhook told of',
    });
    await lookedAt();
    expect(await readsOf(contacts)).toMatchObject({ changes: 'polling', everyMinutes: 5 });
  });

  it('reads nothing by the clock while the budget is used up, and sends all the same', async () => {
    const { house, appId } = journey;
    await lookedAt();
    await setReadBudget(house.ledger, appId, 1, 'test');
    await goOn(6 * MINUTE_MS);
    const stageIs = (stage: string) =>
      waitFor(async () => (await readsOf(payments)).app?.stage === stage, {
        what: `the stage ${stage}`,
      });
    await stageIs('on_demand');
    expect(await readsOf(payments)).toMatchObject({ changes: 'on_demand', everyMinutes: null });
    const begunBefore = (await runsOf(payments)).length;
    const night = (await readsOf(payments)).nextNight;
    await goOnTo(journey, night?.at ?? '');
    await lookedAt();
    expect((await runsOf(payments)).length).toBe(begunBefore);
    expect((await readsOf(payments)).nextNight?.date).not.toBe(night?.date);

    await payments.invoice('INV-1');
    await waitForStatus(journey, payments.id, 'invoice', 'INV-1', 'synced');
    await pullChanges(journey, payments.id);
    await setReadBudget(house.ledger, appId, null, 'test');
    await waitFor(async () => (await readsOf(payments)).app === null, { what: 'no budget' });
    expect(await readsOf(payments)).toMatchObject({ changes: 'polling', everyMinutes: 15 });
    const { events } = await readFeedToEnd(feed(), { connection: payments.id });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'reads.stage_changed', status: 'on_demand' }),
    );
    const figures = await house.metrics.text();
    expect(figures).toMatch(/^qbosync_reads_total\{feature="payments"\} [1-9]/m);
    expect(figures).toMatch(/^qbosync_reads_month [1-9]/m);
    expect(figures).toMatch(/^qbosync_apps_short_of_reads\{stage="slower"\} 0/m);
  });
});
