import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus, walkThroughOAuth } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const COUNT = 12;
/** QuickBooks takes the token and lets it do nothing, as where its person lost their rights. */
const BARRED = { fault: { error: [{ message: 'barred', code: '3100' }], type: 'SERVICE' } };

/** What QuickBooks says to any call once the subscription has ended. */
const LAPSED = {
  Fault: {
    Error: [{ Message: 'Subscription period has ended', code: '6190' }],
    type: 'ValidationFault',
  },
};

// A company that cannot be used for a while, for reasons that lie in QuickBooks: everything of it waits
// visibly, hardly any call is made, and it goes on without anybody pressing anything in the app.
describe('the life of a connection', () => {
  let journey: Journey;
  let company: SalesCompany;
  let stated = 0;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
    journey.simulator.control.apps.register({
      clientId: 'test-client',
      disconnectUrl: `${journey.webUrl}/oauth/disconnected`,
      reconnectUrl: `${journey.webUrl}/oauth/reconnect`,
    });
    await state('L-0');
    await settled('L-0');
  });
  // As if the checks of the test before were long ago: pauses begin short, and a visit asks again.
  beforeEach(async () => {
    await journey.house.ledger.sql`update company_checks set checked_at = null`;
  });
  afterAll(() => journey?.close());

  const settled = (number: string, status = 'synced') =>
    waitForStatus(journey, company.id, 'invoice', number, status);
  const state = async (...numbers: string[]) => {
    stated += numbers.length;
    await company.invoicesOf(numbers);
  };
  const numbersOf = (prefix: string) =>
    Array.from({ length: COUNT }, (_, index) => `${prefix}-${index + 1}`);
  const standing = () => journey.client.connection(company.id);
  const untilStanding = (status: string) =>
    waitFor(async () => (await standing()).status === status, { what: `the status ${status}` });
  const daysUntil = (at: string | null | undefined) =>
    Math.round((new Date(at ?? 0).getTime() - Date.now()) / 86_400_000);
  const checks = () => eventsOf(journey, 'company_checked').map(({ result }) => result);
  const visit = async (path: string) => {
    const answer = await fetch(`${journey.webUrl}${path}`, { redirect: 'manual' });
    expect([answer.status, await answer.text()]).toEqual([302, '']);
    return fetch(new URL(answer.headers.get('location') ?? '', journey.webUrl));
  };

  it('is ok, and says until when', async () => {
    const { health, tokens } = await standing();
    expect([health, tokens?.endsInDays]).toEqual(['ok', null]);
    expect(daysUntil(tokens?.refreshEndsAt)).toBeGreaterThan(90);
    expect(daysUntil(tokens?.reconnectBy)).toBeGreaterThan(5 * 365 - 10);
  });

  it('takes a visit to the disconnect page for no more than a question', async () => {
    const page = await visit(`/oauth/disconnected?realmId=${company.realmId}`);
    expect(await page.text()).toContain('QuickBooks is disconnected');
    await waitFor(() => checks().length === 1, { what: 'the company to be asked' });
    expect(checks()).toEqual(['usable']);
    expect(await standing()).toMatchObject({ status: 'connected', health: 'ok' });
    // Said again at once it asks nothing: anyone may say it.
    const before = await journey.house.ledger.sql`select * from company_checks`;
    for (const query of [`realmId=${company.realmId}`, 'realmId=12', 'realmId=x&realmId=y', ''])
      await visit(`/oauth/disconnected?${query}`);
    expect(await journey.house.ledger.sql`select * from company_checks`).toEqual([...before]);
  });

  it('shows people whom QuickBooks asks to connect again where to go, and nothing of them', async () => {
    const page = await visit(`/oauth/reconnect?realmId=${company.realmId}&x=<b>`);
    const text = await page.text();
    expect(text).toContain('Connect QuickBooks again');
    expect(text).not.toMatch(new RegExp(`${company.realmId}|<b>|${company.id}`));
  });

  it('waits while the QuickBooks subscription is lapsed, and goes on when it is renewed', async () => {
    const { control } = journey.simulator;
    const before = company.quickbooks.writes();
    control.changeCompany(company.realmId, { subscription: 'lapsed' });
    await state(...numbersOf('S'));
    const waiting = await Promise.all(numbersOf('S').map((one) => settled(one, 'waiting')));
    await untilStanding('company_suspended');
    const writes = company.quickbooks.writes();
    await state('S-AFTER');
    waiting.push(await settled('S-AFTER', 'waiting'));

    for (const document of waiting) {
      expect(document).toMatchObject({ label: 'Paused', reason: 'company_suspended' });
      expect(document.nextAttemptAt).toBeNull();
    }
    expect(await standing()).toMatchObject({ health: 'stopped' });
    expect((await standing()).actions).toEqual(['force_sync', 'disconnect']);
    await waitFor(() => checks().includes('same'), { what: 'a check that finds it lapsed still' });
    // Those that were on their way when the first was refused; none was tried again.
    expect(company.quickbooks.writes()).toBe(writes);
    expect(writes - before).toBeLessThanOrEqual(COUNT);

    control.changeCompany(company.realmId, { subscription: 'active' });

    await Promise.all([...numbersOf('S'), 'S-AFTER'].map((number) => settled(number)));
    expect(await standing()).toMatchObject({ status: 'connected', health: 'ok' });
    const { history } = await journey.client.document(company.id, 'invoice', 'S-AFTER');
    expect(history.map(({ what }) => what)).toContain('renewed');
  });

  it('waits while even reading is refused for that: asked at growing pauses, without an attempt', async () => {
    const { sql } = journey.house.ledger;
    company.fault({ do: 'body', status: 400, body: LAPSED, count: 1_000 });
    // The next document reads them before it is sent.
    await sql`update companies set facts_read_at = 'epoch'`;
    const called = company.quickbooks.calls().length;
    const asked = checks().length;
    await state(...numbersOf('Q'));
    for (const number of numbersOf('Q')) {
      expect(await settled(number, 'waiting')).toMatchObject({ reason: 'company_suspended' });
    }
    await untilStanding('company_suspended');
    const pausesMs: number[] = [];
    for (let tries = 1; tries <= 3; tries += 1) {
      // One may have come by itself before.
      const before = checks().length;
      await sql`update company_checks set due_at = now()`;
      await waitFor(() => checks().length > before, { what: 'the company to be asked' });
      const [pause] = await sql<{ ms: number }[]>`
        select extract(epoch from due_at - checked_at)::float8 * 1000 as ms from company_checks`;
      pausesMs.push(pause?.ms ?? 0);
    }
    const found = checks().slice(asked);
    expect(new Set(found)).toEqual(new Set(['same']));
    // Half as much again at least, whatever of a pause is random.
    expect(pausesMs[1]).toBeGreaterThan((pausesMs[0] ?? 0) * 1.4);
    expect(pausesMs[2]).toBeGreaterThan((pausesMs[1] ?? 0) * 1.4);
    // Each was refused once at most; after that nothing but the question was asked.
    expect(company.quickbooks.calls().length - called).toBeLessThanOrEqual(COUNT + found.length);
    const [spent] = await sql`
      select coalesce(max(attempts), 0) as attempts, bool_or(status = 'failed') as failed
      from documents where external_id like 'Q-%'`;
    expect(spent).toEqual({ attempts: 0, failed: false });

    journey.simulator.control.removeFaults();
    await sql`update company_checks set due_at = now()`;
    await Promise.all(numbersOf('Q').map((number) => settled(number)));
    expect(await standing()).toMatchObject({ status: 'connected', health: 'ok' });
  });

  it('waits while its person has no rights, and goes on when they are back', async () => {
    company.fault({ do: 'body', status: 403, body: BARRED, count: 1_000 });
    await state(...numbersOf('R'));
    await Promise.all(numbersOf('R').map((number) => settled(number, 'waiting')));
    await untilStanding('reconnect_needed');
    await waitFor(() => checks().at(-1) === 'same', { what: 'a check that is refused' });

    journey.simulator.control.removeFaults();

    await Promise.all(numbersOf('R').map((number) => settled(number)));
    expect(await standing()).toMatchObject({ status: 'connected', health: 'ok' });
  });

  it('keeps the tokens of a company alive that nobody uses for long', async () => {
    const { sql } = journey.house.ledger;
    await sql`update tokens set refresh_expires_at = now() + interval '49 days'`;
    const renewed = async () => daysUntil((await standing()).tokens?.refreshEndsAt) > 90;
    await waitFor(renewed, { what: 'the tokens to be renewed' });
  });

  it('tells the app 30, 7 and 1 day before access ends, once each and without what gives it', async () => {
    const { sql } = journey.house.ledger;
    const told = () => sql`
      select status, reason from events where type = 'connection.changed' order by number`;
    const before = (await told()).length;
    for (const [place, days] of [30, 7, 1].entries()) {
      await sql`update tokens set hard_expires_at = now() + ${days - 0.5} * interval '1 day'`;
      await waitFor(async () => (await told()).length > before + place, { what: 'the news' });
      expect(await standing()).toMatchObject({ health: 'attention', tokens: { endsInDays: days } });
    }
    await sql`update tokens set hard_expires_at = now() + interval '5 years'`;
    const forgotten = () => sql`select 1 from tokens where told_days is null`;
    await waitFor(async () => (await forgotten()).count === 1, { what: 'the end to be far off' });
    expect(await standing()).toMatchObject({ health: 'ok', tokens: { endsInDays: null } });
    expect((await told()).slice(before)).toEqual(
      [30, 7, 1].map(() => ({ status: 'connected', reason: null })),
    );
  });

  it('is noticed to be disconnected inside QuickBooks without a document, and goes on when connected again', async () => {
    journey.simulator.control.act(company.realmId, { do: 'disconnect' });
    await untilStanding('disconnected_in_quickbooks');
    expect(await standing()).toMatchObject({ health: 'stopped', tokens: null });
    expect((await standing()).actions).toContain('reconnect');
    const calls = company.quickbooks.calls().length;
    await state('L-1');
    expect(await settled('L-1', 'waiting')).toMatchObject({
      label: 'Paused',
      reason: 'reconnect_needed',
    });
    expect(company.quickbooks.calls()).toHaveLength(calls);

    const { connectUrl } = await journey.client.connectLink(company.id);
    const back = await walkThroughOAuth(connectUrl ?? '', company.realmId);
    expect(back.searchParams.get('result')).toBe('connected');

    await settled('L-1');
    expect(await standing()).toMatchObject({ status: 'connected', health: 'ok' });
  });

  it('keeps its links over all of it: a change updates what is there', async () => {
    await company.invoice('L-0', { memo: 'Changed since' });
    await waitFor(() => company.quickbooks.commits().includes('update Invoice'), {
      what: 'the update',
    });
    await settled('L-0');
    expect(company.invoices('L-0')).toHaveLength(1);
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [company.id]: stated } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});
