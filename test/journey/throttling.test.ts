import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FaultRule } from '../../src/simulator/index.js';
import { type Case, playAtOnce } from '../support/at-once.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
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
  const settled = (at: SalesCompany, number: string) =>
    waitForStatus(journey, at.id, 'invoice', number, 'synced');
  const logOf = ({ realmId }: SalesCompany) => journey.simulator.control.log(realmId);
  /** The call that is to be throttled has arrived; a shape of its own is not counted as throttled. */
  const throttled = async (at: SalesCompany, calls: number) =>
    void (await waitFor(() => callTimesOf(at).length >= calls, {
      what: 'QuickBooks to ask for a pause',
    }));
  const callTimesOf = (at: SalesCompany) =>
    logOf(at)
      .calls.filter(({ method }) => method === 'POST')
      .map(({ time }) => Date.parse(time));

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
    // The throttled call was answered, and the pause is noted.
    await waitForStatus(journey, at.id, 'invoice', 'T-1', ['waiting', 'synced']);
    await at.invoice('T-2');
    await other.invoice('T-3');
    const [first, second] = await Promise.all([
      settled(at, 'T-1'),
      settled(at, 'T-2'),
      settled(other, 'T-3'),
    ]);

    for (const { history } of [first, second]) {
      const [waited] = history.filter(({ status }) => status === 'waiting');
      expect(waited).toMatchObject({ reason: 'rate_limited' });
      expect(waited?.details).toContain('QuickBooks asked for a pause. It goes on by itself.');
    }
    // Both by the simulator's clock; the clocks of two processes may differ by a little.
    const [before = 0, after = 0] = callTimesOf(at);
    expect(after - before).toBeGreaterThanOrEqual(journey.config.waits.quickbooks.pauseMs * 0.95);
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
    await throttled(at, 2);
    const lines = [aLine({ unitPrice: '60.00', amount: '60.00' })];
    await at.invoice('T-4', { lines, total: '60.00' });

    const invoice = await settled(at, 'T-4');

    const [inDoubt] = invoice.history.filter(({ status }) => status === 'checking');
    expect(inDoubt).toMatchObject({ reason: 'outcome_unknown' });
    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(at.invoices('T-4')).toMatchObject([{ TotalAmt: 60 }]);
    expect(invoice).toMatchObject({ revision: 2, syncedRevision: 2 });
  }
});
