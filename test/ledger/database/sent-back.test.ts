import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { connect, type Sql, type Transaction } from '../../../src/ledger/database/open.js';
import { type FreshDatabase, freshDatabase } from '../../support/database.js';

// Transactions that PostgreSQL sends back so that others can go on.
let database: FreshDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  sql = connect(database.url, { poolSize: 4 });
  await sql`create table counts (name text primary key, value int)`;
});
beforeEach(async () => {
  await sql`delete from counts`;
  await sql`insert into counts values ('a', 0), ('b', 0)`;
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop({ force: true });
});

const addOne = (tx: Transaction, name: string) =>
  tx`update counts set value = value + 1 where name = ${name}`;
const values = async () =>
  (await sql`select value from counts order by name`).map((row) => row['value']);

it('are tried again: two that wait for each other in a circle are both done, once', async () => {
  let runs = 0;
  let arrived = 0;
  let bothHold: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    bothHold = resolve;
  });
  const crossing = (first: string, second: string) =>
    sql.begin(async (tx) => {
      runs += 1;
      await addOne(tx, first);
      arrived += 1;
      if (arrived === 2) bothHold();
      await both;
      await addOne(tx, second);
    });

  await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);

  expect(await values()).toEqual([2, 2]);
  expect(runs).toBe(3);
});

it('are tried again: two that read what the other writes', async () => {
  let arrived = 0;
  let bothRead: () => void = () => undefined;
  const both = new Promise<void>((resolve) => {
    bothRead = resolve;
  });
  const summing = (name: string) =>
    sql.begin(async (tx) => {
      await tx`set transaction isolation level serializable`;
      const [row] = await tx<{ sum: number }[]>`select sum(value)::int as sum from counts`;
      arrived += 1;
      if (arrived === 2) bothRead();
      await both;
      await tx`update counts set value = ${(row?.sum ?? 0) + 1} where name = ${name}`;
    });

  await Promise.all([summing('a'), summing('b')]);

  // One after the other, in either order.
  expect((await values()).sort()).toEqual([1, 2]);
});

it('are given up when it happens every time', async () => {
  let runs = 0;
  const failed = sql.begin(async (tx) => {
    runs += 1;
    await addOne(tx, 'a');
    await tx`do $$ begin raise exception using errcode = '40001'; end $$`;
  });

  await expect(failed).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBe(5);
  expect(await values()).toEqual([0, 0]);
});

it('are not tried again for any other reason', async () => {
  let runs = 0;
  const failed = sql.begin(async (tx) => {
    runs += 1;
    await tx`insert into counts values ('a', 1)`;
  });

  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(runs).toBe(1);
});

it('are tried again: those that another version’s migration has given a new column meanwhile', async () => {
  const readAll = () =>
    sql.begin(async (tx) => {
      await tx`select * from counts where name = 'a'`;
      return tx`select * from counts order by name`;
    });
  await Promise.all(Array.from({ length: 8 }, readAll));
  await sql`alter table counts add column note text default 'new'`;

  const answers = await Promise.all(Array.from({ length: 8 }, readAll));

  expect(answers.map((rows) => rows.map((row) => row['note']))).toEqual(
    Array.from({ length: 8 }, () => ['new', 'new']),
  );
});
