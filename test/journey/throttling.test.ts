import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FaultRule } from '../../src/simulator/index.js';
import { type Case, playAtOnce } from '../support/at-once.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth, eventsOf } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** The envelopes a throttle comes in. */
const SHAPES: [string, FaultRule][] = [
  ['JSON of the gateway', { do: 'throttle', shape: 'gateway_json' }],
  ['XML', { do: 'throttle', shape: 'xml' }],
  ['XML under status 403', { do: 'throttle', shape: 'xml', status: 403 }],
];

// QuickBooks asks for a pause. The company is left alone for that long, everywhere; others go on, and
// the pause costs no document an attempt.
describeOnBothQueues('a throttle', (queue) => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney(await queue());
  });
  afterAll(() => journey?.close());

  const company = async (documents: number): Promise<SalesCompany> => {
    const made = await salesCompany(journey);
    stated[made.id] = documents;
    return made;
  };
  const settled = (at: SalesCompany, number: string, statuses: string | string[] = 'synced') =>
    waitForStatus(journey, at.id, 'invoice', number, statuses);
  const callsOf = (at: SalesCompany) => at.quickbooks.calls().length;

  const allEnded = playAtOnce([
    ...SHAPES.map(
      ([shape, rule]): Case => [
        `in ${shape} pauses its company alone, and costs no attempt`,
        () => pausesOneCompany(rule),
      ],
    ),
    ['of a replay leaves the lost answer in doubt, also when the document changes', ofReplay],
  ]);

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  async function pausesOneCompany(rule: FaultRule): Promise<void> {
    const [at, other] = await Promise.all([company(2), company(1)]);
    at.fault({ ...rule, match: { method: 'POST' } });
    await at.invoice('T-1');

    const waiting = await settled(at, 'T-1', 'waiting');
    const callsBefore = callsOf(at);
    await at.invoice('T-2');
    const alsoWaiting = await settled(at, 'T-2', 'waiting');
    await other.invoice('T-3');
    await settled(other, 'T-3');

    expect(waiting).toMatchObject({ reason: 'rate_limited', label: 'Waiting' });
    expect(waiting.details).toContain('QuickBooks asked for a pause. It goes on by itself.');
    expect(alsoWaiting).toMatchObject({ reason: 'rate_limited' });
    expect(callsOf(at)).toBe(callsBefore);

    await Promise.all([settled(at, 'T-1'), settled(at, 'T-2')]);
    const [attempts] = await journey.house.ledger.sql<{ most: number }[]>`
      select max(attempts) as most from documents where connection_id = ${at.id}`;
    expect(attempts?.most).toBe(0);
    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'create Invoice']);
  }

  async function ofReplay(): Promise<void> {
    const at = await company(1);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('T-4');
    await at.committed('create Invoice');
    at.fault({ do: 'throttle', match: { method: 'POST' } });
    const throttled = () => journey.simulator.control.log(at.realmId).counts.throttled > 0;
    await waitFor(throttled, { what: 'the replay to be throttled' });
    const lines = [aLine({ unitPrice: '60.00', amount: '60.00' })];
    await at.invoice('T-4', { lines, total: '60.00' });
    const inDoubt = await settled(at, 'T-4', 'checking');

    const invoice = await settled(at, 'T-4');

    expect(inDoubt).toMatchObject({ reason: 'outcome_unknown' });
    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(at.invoices('T-4')).toMatchObject([{ TotalAmt: 60 }]);
    expect(invoice).toMatchObject({ revision: 2, syncedRevision: 2 });
  }
});
