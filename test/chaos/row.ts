import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { playAtOnce } from '../support/at-once.js';
import { describeWith } from '../support/needs.js';
import { type ChaosHouse, type HouseOptions, type QueueKind, startChaosHouse } from './house.js';
import { type Row, rowOf } from './rows/index.js';

/** How a row was played, as `npm run chaos` reads it. */
export interface Played {
  number: string;
  also: string | undefined;
  queue: QueueKind;
  passed: boolean;
  durationMs: number;
}

type Play = () => Promise<void>;

/** One of several rows of a house that are played at the same time. */
export type AtOnce = readonly [number: Row['number'], play: Play, also?: string];

/** A row as a test of its own; `also` tells tests of the same row apart. */
export function row(number: Row['number'], play: Play, also?: string): void {
  it(nameOf(number, also), noted(number, play, also));
}

/**
 * Rows that keep to companies of their own, all of them played at the same time: most of each is
 * waiting. @returns waits until all have ended, well or not
 */
export function rowsAtOnce(rows: readonly AtOnce[]): () => Promise<unknown> {
  return playAtOnce(
    rows.map(([number, play, also]) => [nameOf(number, also), noted(number, play, also)]),
  );
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
  describeRows(`${name}, queue on ${options.queue === 'redis' ? 'Redis' : 'Postgres'}`, () => {
    let house: ChaosHouse | undefined;
    queueHere = options.queue;
    beforeAll(async () => {
      house = await startChaosHouse(options);
    });
    afterAll(() => house?.close());
    tests(() => {
      if (house === undefined) throw new Error('The house did not start');
      return house;
    });
  });
}

/** The queue of the house whose rows are being declared. */
let queueHere: QueueKind = 'redis';

function nameOf(number: Row['number'], also: string | undefined): string {
  const { fault } = rowOf(number);
  return `${number} ${fault}${also === undefined ? '' : `: ${also}`}`;
}

/** Leaves its outcome and time in the file of the run, where there is one. */
function noted(number: string, play: Play, also: string | undefined): Play {
  const queue = queueHere;
  return async () => {
    const startedAtMs = performance.now();
    let passed = false;
    try {
      await play();
      passed = true;
    } finally {
      const durationMs = Math.round(performance.now() - startedAtMs);
      const played: Played = { number, also, queue, passed, durationMs };
      const file = process.env['QBO_SYNC_CHAOS_PLAYED'];
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(played)}\n`);
    }
  };
}
