import { afterEach, expect, it } from '@jest/globals';
import { PUSH_JOBS } from '../../jobs/index.js';
import { FilePlaces } from '../../src/push/files.js';
import { openAhead } from '../../src/queue/ahead.js';
import { executePush } from '../../src/queue/execute.js';
import { openSuspects } from '../../src/queue/suspects.js';
import { jobsByKind } from '../../src/queue/worker.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Connected, type Journey, refresh, startJourney } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { waitFor } from '../support/wait-for.js';

// One push is executed as a worker does it, and every statement its connections to the ledger get
// is counted, BEGIN and COMMIT too. More are due, so that the dispatch after it opens the next one.
// The figures are those of docs/performance.md.

/** Claim 6, match 1, send 7, settle 7, and 11 of the dispatch that follows. */
const STATEMENTS_MAX = 32;
/** Beside these, where every document needs a name that is new. */
const NAMES_STATEMENTS_MAX = 7;
/** Beside these, for up to 300 documents that are due next and lack names as well. */
const AHEAD_STATEMENTS_MAX = 22;

describeOnBothQueues('a push', (queue) => {
  let journey: Journey;
  afterEach(() => journey.close());

  async function connected(): Promise<Connected> {
    journey = await startJourney({ ...(await queue()), idle: true });
    const worker = journey.startWorker();
    const company = await journey.connect({
      profile: 'auto-invoices',
      settings: { customer: { missing: 'create' } },
    });
    await refresh(journey, company.id);
    await worker.stop();
    return company;
  }

  /**
   * States so many documents and answers a push of 30 of them, opened and not yet claimed, once the
   * dispatch that opened it has ended.
   */
  async function openedPush(connection: string, customerOf: (index: number) => string) {
    const line = aLine({ item: { name: 'Consulting' } });
    await journey.client.stateMany(
      connection,
      Array.from({ length: 150 }, (_, index) => ({
        kind: 'invoice' as const,
        externalId: `S-${index}`,
        document: anInvoice({
          number: `S-${index}`,
          customer: { name: customerOf(index) },
          lines: [line],
        }),
      })),
    );
    const { id, companyId } = await waitFor(openPushOf30, { what: 'a push of 30' });
    await journey.house.dispatcher.dispatch(companyId);
    return id;
  }

  async function statementsOf(pushId: number): Promise<string[]> {
    const { house, config } = journey;
    const { ledger, quickbooks } = house;
    const statements: string[] = [];
    const { options } = ledger.sql;
    options.debug = (_, text) => void statements.push(text);
    const { pace, push: waits } = config.waits;
    await executePush(
      {
        tools: {
          ledger,
          quickbooks,
          jobs: jobsByKind(PUSH_JOBS),
          random: Math.random,
          onCrash: ({ error }) => expect(error).toBe('nothing'),
          pace,
          waits,
          filePlaces: new FilePlaces(),
        },
        queue: house.queue,
        dispatcher: house.dispatcher,
        suspects: openSuspects(ledger),
        ahead: openAhead(() => undefined),
        // Renewals, which only a busy machine comes to, are no statements of a push.
        lease: { leaseMs: 300_000, renewMs: 100_000 },
        callMs: config.waits.quickbooks.callMs,
        log: () => undefined,
      },
      pushId,
      new AbortController().signal,
    );
    options.debug = false;
    return statements;
  }

  async function openPushOf30(): Promise<{ id: number; companyId: string } | undefined> {
    const [opened] = await journey.house.ledger.sql<{ id: number; companyId: string }[]>`
      select p.id, p.company_id from pushes p join push_items i on i.push_id = p.id
      where p.closed_at is null group by p.id having count(*) = 30 limit 1`;
    return opened;
  }

  /** Of two pushes: a turn to call that came too late on a busy machine takes some to get another. */
  async function fewestStatements(): Promise<string[]> {
    const first = await statementsOf((await openPushOf30())?.id ?? 0);
    const second = await statementsOf((await openPushOf30())?.id ?? 0);
    return first.length < second.length ? first : second;
  }

  it('of 30 documents takes no more statements than it is said to', async () => {
    const { id } = await connected();
    const pushId = await openedPush(id, () => 'Copperline Bakery');
    // The first push of a process reads what it remembers afterwards.
    await statementsOf(pushId);
    const statements = await fewestStatements();
    expect(statements.length).toBeGreaterThan(10);
    expect(statements.slice(STATEMENTS_MAX)).toEqual([]);
    const [{ synced } = { synced: 0 }] = await journey.house.ledger.sql<{ synced: number }[]>`
      select count(*)::int as synced from documents where kind = 'invoice' and status = 'synced'`;
    expect(synced).toBe(90);
  });

  it('of 30 documents that all need a new name takes a few more, not a few more each', async () => {
    const { id } = await connected();
    const pushId = await openedPush(id, (index) => `New customer ${index}`);
    const due = await dueInNoPush();
    expect(due).toHaveLength(150 - 97);
    const statements = await statementsOf(pushId);
    const ahead = NAMES_STATEMENTS_MAX + AHEAD_STATEMENTS_MAX;
    expect(statements.slice(STATEMENTS_MAX + ahead)).toEqual([]);
    // What is due next lacks names as well: these are asked for with the push's own, and go in one batch.
    const { sql } = journey.house.ledger;
    const [{ names } = { names: 0 }] = await sql<{ names: number }[]>`
      select count(*)::int as names from documents where kind = 'customer'`;
    expect(names).toBe(30 + due.length);
    const waiting = await sql<{ id: number }[]>`
      select d.id from documents d join documents b on b.id = d.blocked_by
      where d.id = any(${due}::bigint[]) and d.status = 'waiting' and b.kind = 'customer'
        and not exists (select 1 from push_items i where i.document_id = d.id)`;
    expect(waiting).toHaveLength(due.length);
    const [{ batch } = { batch: 0 }] = await sql<{ batch: number }[]>`
      select count(*)::int as batch from pushes p join push_items i on i.push_id = p.id
      where p.kind = 'customer' group by p.id`;
    expect(batch).toBe(30);
  });

  async function dueInNoPush(): Promise<number[]> {
    const rows = await journey.house.ledger.sql<{ id: number }[]>`
      select id from documents d where kind = 'invoice' and due_at is not null
        and not exists (select 1 from push_items i where i.document_id = d.id)`;
    return rows.map(({ id }) => id);
  }
});
