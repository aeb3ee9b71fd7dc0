import { reason } from '../../src/contract/reasons.js';
import { listDocuments } from '../../src/ledger/answers/answers.js';
import { listOpsDocuments, readOpsDocument } from '../../src/ledger/answers/ops.js';
import { listCauses } from '../../src/ledger/causes/cause-answers.js';
import { moveDocuments } from '../../src/ledger/documents/moves.js';
import { readyCompanies } from '../../src/ledger/documents/ready.js';
import { retryDocuments } from '../../src/ledger/documents/release.js';
import { releaseStragglers } from '../../src/ledger/documents/stragglers.js';
import { wakeablePushes } from '../../src/ledger/pushes/pushes.js';
import { wakeableRuns } from '../../src/ledger/runs/claimed-runs.js';
import { stateInvoice } from '../support/documents.js';
import type { GrownPlace } from './growth-place.js';

/** One thing a process does over and over, measured on every size. */
export interface Step {
  name: string;
  /** `flat`: p99 below 1.5 times that of the smallest size. `fast`: p99 below 300 ms. */
  goal: 'flat' | 'fast';
  roundsMax?: number;
  /** Not measured. */
  before?(place: GrownPlace): Promise<unknown>;
  run(place: GrownPlace): Promise<unknown>;
  /** Not measured. */
  after?(place: GrownPlace): Promise<unknown>;
}

let made = 0;
const nextId = () => {
  made += 1;
  return `N-${process.pid}-${made}`;
};

/** A document whose contents can be read, failed as a person meets it. */
const failures = new WeakMap<GrownPlace, number>();
async function failOne(place: GrownPlace): Promise<void> {
  const { ledger, busy } = place;
  const id = await stateInvoice(ledger, busy.connection, nextId());
  const why = reason('customer_missing', { name: 'Acme' });
  await ledger.sql.begin((tx) =>
    moveDocuments(tx, [id], () => ({ to: 'failed', what: 'failed', reason: why }), 'worker'),
  );
  failures.set(place, id);
}

const PAGE = { limit: 50 };
const LIST_ROUNDS = 100;
const ops = (name: string, filter: Partial<Parameters<typeof listOpsDocuments>[1]>): Step => ({
  name: `list, ${name}`,
  goal: 'fast',
  roundsMax: LIST_ROUNDS,
  run: ({ ledger }) => listOpsDocuments(ledger, { ...PAGE, ...filter }),
});
const own = (name: string, filter: Partial<Parameters<typeof listDocuments>[2]>): Step => ({
  name: `connection's list, ${name}`,
  goal: 'fast',
  roundsMax: LIST_ROUNDS,
  run: ({ ledger, busy }) => listDocuments(ledger, busy.connection, { ...PAGE, ...filter }),
});

export const STEPS: readonly Step[] = [
  {
    name: 'submit to the busy company',
    goal: 'flat',
    run: ({ ledger, busy }) => stateInvoice(ledger, busy.connection, nextId()),
  },
  {
    name: 'submit to a quiet company',
    goal: 'flat',
    run: ({ ledger, quiet }) => stateInvoice(ledger, quiet.connection, nextId()),
  },
  {
    name: 'dispatch of the busy company',
    goal: 'flat',
    run: ({ dispatcher, busy }) => dispatcher.dispatch(busy.companyId),
    after: (place) => place.closePushes(),
  },
  {
    name: 'dispatch of a quiet company',
    goal: 'flat',
    before: ({ ledger, quiet }) => stateInvoice(ledger, quiet.connection, nextId()),
    run: ({ dispatcher, quiet }) => dispatcher.dispatch(quiet.companyId),
    after: (place) => place.closePushes(),
  },
  {
    name: 'retry of a failed document',
    goal: 'flat',
    before: failOne,
    run: (place) => retryDocuments(place.ledger, {}, [failures.get(place) ?? 0], 'someone'),
  },
  {
    name: 'reads of a sweep',
    goal: 'flat',
    async run({ ledger }) {
      await wakeablePushes(ledger, 5_000, 1_000);
      await wakeableRuns(ledger, 5_000, 1_000);
      await releaseStragglers(ledger);
      await readyCompanies(ledger, 1_000);
    },
  },
  ops('first page', {}),
  ops('failed', { status: 'failed' }),
  ops('failed invoices', { status: 'failed', kind: 'invoice' }),
  ops('a status nothing has', { status: 'voided' }),
  ops('a kind nothing has', { kind: 'item' }),
  ops('found by number', { q: 'INV-W777' }),
  ops('found by name', { q: 'customer 4242' }),
  ops('found everywhere', { q: 'inv' }),
  ops('found nowhere', { q: 'no such thing' }),
  ops('failed, found by name', { status: 'failed', q: 'customer 4242' }),
  own('first page', {}),
  own('failed with a reason', { status: 'failed', reason: 'customer_missing' }),
  own('a reason nothing has', { reason: 'deposited' }),
  own('a reason nothing failed has', { status: 'failed', reason: 'deposited' }),
  own('found by name', { q: 'customer 4242' }),
  own('found nowhere', { q: 'no such thing' }),
  {
    name: 'one document with its history',
    goal: 'fast',
    roundsMax: LIST_ROUNDS,
    before: failOne,
    run: (place) => readOpsDocument(place.ledger, failures.get(place) ?? 0),
  },
  {
    name: 'causes',
    goal: 'fast',
    roundsMax: LIST_ROUNDS,
    run: ({ ledger, appId }) => listCauses(ledger, { appId }, { limit: 50 }),
  },
];
