import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect, type Sql } from '../../../src/ledger/database/open.js';
import { type FreshDatabase, freshDatabase } from '../../support/database.js';
import { waitFor } from '../../support/wait-for.js';

// Connections that PostgreSQL ends while transactions run on them, again and again. A crash of the
// process, or a connection that is never used again, shows here.
let database: FreshDatabase;
let sql: Sql;
let killer: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  sql = connect(database.url, { poolSize: 5, name: 'victim' });
  killer = connect(database.url, { poolSize: 1, name: 'killer' });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await killer?.end({ timeout: 1 });
  await database?.drop({ force: true });
});

const ROUNDS = 20;

const endAll = () => killer`
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'victim' and datname = current_database()`;

it('transactions of ended connections fail, and the pool goes on whole', async () => {
  const failures: unknown[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = failures.length;
    let arrived = 0;
    let isOver = false;
    const working = Array.from({ length: 5 }, (_, index) =>
      sql
        .begin(async (tx) => {
          await tx`select pg_sleep(0.001)`;
          arrived += 1;
          do await tx`select ${index}::int, pg_sleep(0.001)`;
          while (!isOver);
          await tx`select ${index}::int`;
        })
        .catch((error: unknown) => failures.push(error)),
    );
    // Some are in the middle of their work, others at any step of their beginning, and some may have met
    // with the end of a connection that the round before used.
    const begun = 1 + (round % 5);
    await waitFor(() => arrived + failures.length - before >= begun, {
      what: `${begun} of them to work`,
    });
    await endAll();
    isOver = true;
    await Promise.all(working);
  }

  expect(failures.length).toBeGreaterThanOrEqual(ROUNDS * 3);
  const backends = async () => {
    const sleeping = Array.from(
      { length: 5 },
      () => sql`select pg_backend_pid() as pid, pg_sleep(0.2)`,
    );
    const pids = (await Promise.all(sleeping)).map(([row]) => row?.['pid']);
    return new Set(pids).size === 5;
  };
  await waitFor(backends, { what: 'five connections to work again' });
});

it('work that goes on beside its ended connection fails the transaction, whatever it says', async () => {
  const work = new AbortController();
  const failed = sql.begin(async (tx) => {
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await killer`select pg_terminate_backend(${row?.pid ?? 0}, 60000)`;
    await killer`select pg_sleep(0.1)`;
    work.abort();
    throw new RangeError('of its own');
  });

  await expect(failed).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  await waitFor(() => work.signal.aborted, { what: 'the work to end' });
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  }
});

it('a failure of the work itself is rolled back and answered as it is', async () => {
  await sql`create table kept (what text)`;
  const failed = sql.begin(async (tx) => {
    await tx`insert into kept values ('a')`;
    throw new RangeError('no');
  });

  await expect(failed).rejects.toThrow(RangeError);
  expect(await sql`select * from kept`).toHaveLength(0);
});

it('a broken connection beside a living transaction leaves nothing of it', async () => {
  const failed = sql.begin(async (tx) => {
    await tx`insert into kept values ('b')`;
    throw Object.assign(new Error('another connection'), { code: 'ECONNRESET' });
  });

  await expect(failed).rejects.toThrow('another connection');
  expect(await sql`select * from kept`).toHaveLength(0);
});
