import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeWith } from '../support/needs.js';
import { type ChaosHouse, type HouseOptions, type QueueKind, startChaosHouse } from './house.js';
import { type Row, rowOf } from './rows.js';

/** Longest a row may take; those of the matrix take seconds. */
const ROW_LIMIT_MS = 60_000;
const HOUSE_LIMIT_MS = 60_000;

/** The queue's name in the names of tests, by which the run's table finds them. */
export const ON_QUEUE: Record<QueueKind, string> = {
  redis: 'queue on Redis',
  postgres: 'queue on Postgres',
};

/** A row as a test of its own; `also` tells tests of the same row apart. */
export function row(number: Row['number'], play: () => Promise<void>, also?: string): void {
  const { fault } = rowOf(number);
  const name = `${number} ${fault}${also === undefined ? '' : `: ${also}`}`;
  it(name, play, ROW_LIMIT_MS);
}

/** Rows in one house, which is started before and closed after them. */
export function describeHouse(
  name: string,
  options: HouseOptions & { queue: QueueKind },
  tests: (house: () => ChaosHouse) => void,
): void {
  const describeRows = (title: string, rows: () => void) =>
    // A house with its queue on Postgres needs no Redis.
    options.queue === 'redis' ? describeWith('redis-server', title, rows) : describe(title, rows);
  describeRows(`${name}, ${ON_QUEUE[options.queue]}`, () => {
    let house: ChaosHouse | undefined;
    beforeAll(async () => {
      house = await startChaosHouse(options);
    }, HOUSE_LIMIT_MS);
    afterAll(() => house?.close(), HOUSE_LIMIT_MS);
    tests(() => {
      if (house === undefined) throw new Error('The house did not start');
      return house;
    });
  });
}
