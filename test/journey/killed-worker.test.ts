import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DocumentAnswer } from '../../src/contract/answers.js';
import { ALONE_CRASHES_MAX } from '../../src/push/poison.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { holdLocks } from '../support/row-lock.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** Where in the life of its push a document was when the worker was killed. */
type Moment = 'before the call' | 'after the commit' | 'answered' | 'settled' | 'poisoned';
const MOMENTS: Moment[] = [
  'before the call',
  'after the commit',
  'answered',
  'settled',
  'poisoned',
];

/** A call lasts 11 s, long enough to bring all to their moments. */
const LONGER_WAITS = { QBO_SYNC_TEST_WAITS: '0.1' };

// One kill -9 meets five documents at five moments of their way; another worker takes over.
describeOnBothQueues('a worker that is killed', (queue) => {
  let journey: Journey;
  const companies = new Map<Moment, SalesCompany>();

  beforeAll(async () => {
    journey = await startJourney({ ...(await queue()), idle: true });
    const worker = await startWorkerProcess({
      environment: { ...journey.environment, ...LONGER_WAITS },
      logLines: journey.logLines,
    });
    await Promise.all(MOMENTS.map(prepare));
    // Its second document meets the kill: facts and lists are known by then, so nothing is read.
    const release = await bringToTheirMoments();
    worker.kill('SIGKILL');
    await worker.exitCode();
    for (const moment of ['before the call', 'poisoned'] as const) {
      expect(await requestOf(at(moment))).toMatchObject({ state: 'open', sends: 0 });
    }
    await release();
    journey.startWorker();
  });
  afterAll(() => journey?.close());

  it('before its call: the document is sent by another', async () => {
    const { company, invoice } = await ended('before the call');

    expect(company.quickbooks.commits()).toEqual(['create Invoice', 'create Invoice']);
    expect(invoice.warnings).toEqual([]);
  });

  it('after QuickBooks’ commit: the same request is answered again', async () => {
    const { company, invoice } = await ended('after the commit');

    expect(company.quickbooks.commits()).toEqual(['create Invoice', 'create Invoice']);
    expect(invoice.warnings).toEqual([{ name: 'replayed' }]);
    expect(invoice.history.map(({ status }) => status)).toContain('checking');
  });

  it('between the answer and our commit: the stored answer is settled without a call', async () => {
    const { company, invoice } = await ended('answered');

    expect(company.quickbooks.commits()).toEqual(['create Invoice', 'create Invoice']);
    expect(company.quickbooks.writes()).toBe(2);
    expect(invoice.warnings).toEqual([]);
  });

  it('after our commit: nothing is left to do', async () => {
    const { company, invoice } = await ended('settled');

    expect(company.quickbooks.writes()).toBe(2);
    expect(invoice.history.filter(({ status }) => status === 'synced')).toHaveLength(1);
  });

  it('by the same document again and again: a person has to look, and may retry', async () => {
    const { company, invoice } = await ended('poisoned', 'failed');

    expect(invoice).toMatchObject({ status: 'failed', reason: 'crashed' });
    expect(company.invoices('K-2')).toHaveLength(0);

    await journey.client.retry(company.id, 'invoice', 'K-2');
    await ended('poisoned');
    expect(company.invoices('K-2')).toHaveLength(1);
  });

  it('leaves one document per key, and nothing open', async () => {
    const stated = Object.fromEntries([...companies.values()].map(({ id }) => [id, 2]));
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  async function prepare(moment: Moment): Promise<void> {
    const company = await salesCompany(journey);
    companies.set(moment, company);
    await company.invoice('K-1');
    await waitForStatus(journey, company.id, 'invoice', 'K-1', 'synced');
  }

  const at = (moment: Moment): SalesCompany => {
    const company = companies.get(moment);
    if (company === undefined) throw new Error(`Nothing was prepared ${moment}`);
    return company;
  };

  async function ended(
    moment: Moment,
    status = 'synced',
  ): Promise<{ company: SalesCompany; invoice: DocumentAnswer }> {
    const company = at(moment);
    const invoice = await waitForStatus(journey, company.id, 'invoice', 'K-2', status);
    return { company, invoice };
  }

  async function requestOf({ id }: SalesCompany) {
    const [row] = await journey.house.ledger.sql<
      { state: string; sends: number; pushId: number }[]
    >`
      select r.state, r.sends, r.push_id from requests r
      join push_items i on i.push_id = r.push_id join documents d on d.id = i.document_id
      where d.connection_id = ${id} and d.external_id = 'K-2'`;
    return row;
  }

  /** Answers how to let go of what holds them there. The moments that pass soonest come last. */
  async function bringToTheirMoments(): Promise<() => Promise<void>> {
    const letGo = await holdBeforeSettling(at('answered'));
    const committed = at('after the commit');
    committed.fault({
      do: 'delay',
      delayMs: 10_000,
      at: 'after_commit',
      match: { method: 'POST' },
    });
    await committed.invoice('K-2');
    await waitFor(() => committed.quickbooks.commits().length === 2, { what: 'the commit' });
    const token = { do: 'delay', delayMs: 9_000, match: { operation: 'token' } } as const;
    journey.simulator.control.addFault({ ...token, count: 2 });
    await Promise.all([at('before the call'), at('poisoned')].map(holdBeforeCall));
    const poisoned = await requestOf(at('poisoned'));
    await journey.house.ledger.sql`
      update pushes set crashes = ${ALONE_CRASHES_MAX - 1} where id = ${poisoned?.pushId ?? 0}`;
    await at('settled').invoice('K-2');
    await waitForStatus(journey, at('settled').id, 'invoice', 'K-2', 'synced');
    return letGo;
  }

  /** Its request is written down, and the token it needs does not come. */
  async function holdBeforeCall(company: SalesCompany): Promise<void> {
    await journey.house.ledger.sql`
      update tokens set access_expires_at = now() where company_id =
        (select company_id from connections where id = ${company.id})`;
    await company.invoice('K-2');
    await waitFor(() => requestOf(company), { what: 'a stored request' });
  }

  async function holdBeforeSettling(company: SalesCompany): Promise<() => Promise<void>> {
    company.fault({ do: 'delay', delayMs: 1_000, match: { method: 'POST' } });
    await company.invoice('K-2');
    await waitFor(async () => ((await requestOf(company))?.sends ?? 0) > 0, { what: 'a call' });
    // Whoever settles it waits here.
    const letGo = await holdLocks(
      journey.house.ledger,
      (tx) => tx`select 1 from documents
        where connection_id = ${company.id} and external_id = 'K-2' for update`,
    );
    await waitFor(async () => (await requestOf(company))?.state === 'answered', {
      what: 'the answer to be stored',
    });
    return letGo;
  }
});
