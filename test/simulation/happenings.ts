import fc from 'fast-check';
import type { FaultRule } from '../../src/simulator/index.js';
import type { QueueWeather } from './lossy-queue.js';
import { MOMENTS, type Trap } from './traps.js';
import type { WireWeather } from './wire.js';

/** Faults of QuickBooks itself, beside what happens on the way. */
export const QUICKBOOKS_FAULTS: Readonly<Record<string, FaultRule>> = {
  throttled: { do: 'throttle' },
  throttledInXml: { do: 'throttle', shape: 'xml' },
  failsBefore: { do: 'status', status: 500, match: { method: 'POST' } },
  failsAfter: { do: 'status', status: 500, at: 'after_commit', match: { method: 'POST' } },
  breaksOff: { do: 'drop', at: 'mid_body' },
  nonsense: { do: 'body', body: 'Have a nice day', at: 'after_commit', match: { method: 'POST' } },
  itemLeftOut: { do: 'drop', at: 'after_commit', match: { batchItem: 1 } },
  itemFails: { do: 'status', status: 500, match: { batchItem: 0 } },
  itemFailsAfter: { do: 'status', status: 500, at: 'after_commit', match: { batchItem: '*' } },
  itemThrottled: { do: 'throttle', match: { batchItem: 1 } },
  shuffled: { do: 'shuffle', at: 'after_commit', count: 3 },
  accessEnds: { do: 'revoke' },
};

/** One thing that happens while the workers work. */
export type Happening =
  | { do: 'state'; document: number; customer: number }
  | { do: 'stateMany'; from: number; count: number; customer: number }
  | { do: 'withdraw'; document: number; mode: 'void' | 'delete' }
  | { do: 'retry'; document: number }
  /** The app states money received for an invoice, for the first time or with another amount. */
  | { do: 'pay'; document: number }
  /** A person receives money for one of the open invoices in QuickBooks. */
  | { do: 'receive'; place: number }
  | { do: 'pull' | 'retryAll' }
  | { do: 'settings'; marked: boolean; first: Scenario['first'] }
  | { do: 'edit' | 'delete' | 'void'; document: number }
  | { do: 'fault'; fault: string; count: number }
  | { do: 'kill' | 'stop' | 'sweep'; worker: number }
  | { do: 'trap'; trap: Trap }
  | { do: 'move'; ms: number }
  | { do: 'reconnect' }
  | { do: 'flushQueue' }
  /** Everybody works on for a long while, with nothing else happening. */
  | { do: 'goOn' };

/** A seed, whole: who works, how calls and wake-ups fare, and what happens when. */
export interface Scenario {
  workers: number;
  /** Gates inside transactions too, so that locks meet. */
  withinTransactions: boolean;
  /** Whether a requestid is forgotten soon after the time it is trusted. */
  forgetful: boolean;
  /** Rounds in which faults go on after all has happened: what was left in doubt meets them, too. */
  stormRounds: number;
  /** What resolves a lost answer first. */
  first: 'replay' | 'look_up';
  /** Whether our mark is in what is sent. */
  marked: boolean;
  /** Whether QuickBooks refuses a number that is taken: where it does not, nothing but us prevents doubles. */
  refusesNumbers: boolean;
  wire: WireWeather;
  queue: QueueWeather;
  /** `after`: gates to be opened before, from the one before it. */
  happenings: { after: number; what: Happening }[];
}

export const DOCUMENTS_MAX = 5;
const CUSTOMERS = 3;
const GAP_MAX = 40;
const HAPPENINGS_MAX = 18;

const document = fc.nat(DOCUMENTS_MAX - 1);
const customer = fc.nat(CUSTOMERS - 1);
const worker = fc.nat(3);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('state' as const), document, customer }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('stateMany' as const),
      from: document,
      count: fc.integer({ min: 2, max: DOCUMENTS_MAX }),
      customer,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('withdraw' as const),
      document,
      mode: fc.constantFrom('void' as const, 'delete' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), document }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pay' as const), document }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('receive' as const), place: fc.nat(DOCUMENTS_MAX - 1) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pull' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retryAll' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settings' as const),
      marked: fc.boolean(),
      first: fc.constantFrom('replay' as const, 'look_up' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('edit', 'edit', 'delete', 'void'), document }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      fault: fc.constantFrom(...Object.keys(QUICKBOOKS_FAULTS)),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('kill' as const), worker }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), worker }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('trap' as const),
      trap: fc.oneof(
        fc.record({
          moment: fc.constantFrom(...(Object.keys(MOMENTS) as Trap['moment'][])),
          skip: fc.nat(2),
          act: fc.constantFrom('kill', 'kill', 'freeze', 'stop'),
        }),
        // Whoever stood still here comes late with what it was about to write.
        fc.record({
          moment: fc.constantFrom('storesRequest', 'beginsTransaction', 'notesSending'),
          skip: fc.nat(2),
          act: fc.constant('freeze' as const),
        }),
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const), worker }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      // Some seconds; a renewal; a lease; a late commit; the second look; a token's life.
      ms: fc.constantFrom(3_000, 10_000, 31_000, 70_000, 140_000, 320_000, 660_000, 3_700_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flushQueue' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('goOn' as const) }) },
);

const chance = (most: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 100 }).map((share) => (share / 100) * most),
  );

/** Everything about a seed but the order of its steps. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  workers: fc.integer({ min: 1, max: 4 }),
  withinTransactions: fc.nat(2).map((face) => face === 0),
  forgetful: fc.boolean(),
  stormRounds: fc.nat(3),
  first: fc.constantFrom('replay', 'replay', 'look_up'),
  marked: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  refusesNumbers: fc.nat(2).map((face) => face === 0),
  wire: fc.record({
    requestLost: chance(0.2),
    answerLost: chance(0.4),
    late: chance(0.3),
    garbled: chance(0.2),
    unavailable: chance(0.2),
  }),
  queue: fc.record({
    lost: chance(0.4),
    doubled: chance(0.4),
    late: chance(0.3),
    early: chance(0.3),
    refused: chance(0.2),
  }),
  happenings: fc.array(fc.record({ after: fc.nat(GAP_MAX), what: happening }), {
    minLength: 6,
    maxLength: HAPPENINGS_MAX,
  }),
});
