import { expect } from '@jest/globals';
import type { FaultRule } from '../../../src/simulator/index.js';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import type { AtOnce } from '../row.js';

const SHAPES: readonly FaultRule[] = [
  { do: 'throttle', shape: 'gateway_json' },
  { do: 'throttle', shape: 'xml' },
  { do: 'throttle', shape: 'xml', status: 403 },
];
/** Calls QuickBooks throttles before it lets the company in again: the first one, and probes. */
const THROTTLED = 3;
/** Documents that wait for it, more than one push. */
const WAITING = 3;

/** F17, F18: QuickBooks asks for a pause, once and for long. */
export function throttles(house: () => ChaosHouse): AtOnce[] {
  const settled = (at: SalesCompany, number: string, status = 'synced') =>
    waitForStatus(house(), at.id, 'invoice', number, status);
  const attemptsAt = async ({ id }: SalesCompany) => {
    const [row] = await house().house.ledger.sql<{ most: number }[]>`
      select max(attempts) as most from documents where connection_id = ${id}`;
    return row?.most;
  };

  /** When writes of a company arrived, in milliseconds. */
  const writesAt = ({ realmId }: SalesCompany) =>
    house()
      .simulator.control.log(realmId)
      .calls.filter(({ method }) => method === 'POST')
      .map(({ time }) => Date.parse(time));
  // The clocks of two processes, and the way of a call.
  const pauseMs = () => house().processConfig.waits.quickbooks.pauseMs * 0.95;
  const probeEveryMs = () => house().processConfig.waits.quickbooks.probeEveryMs * 0.95;

  async function pausesOneCompany(rule: FaultRule): Promise<void> {
    const [at, other] = await Promise.all([house().company(), house().company()]);
    at.fault({ ...rule, match: { method: 'POST' } });
    await at.invoice('F17');

    await other.invoice('F17');
    await Promise.all([settled(at, 'F17'), settled(other, 'F17')]);

    const { history } = await house().client.document(at.id, 'invoice', 'F17');
    expect(history.map(({ status }) => status)).toContain('waiting');
    // Both by the simulator's clock: the throttled call, and the one after the pause.
    const [throttled = 0, next = 0] = writesAt(at);
    expect(next - throttled).toBeGreaterThanOrEqual(pauseMs());
    expect(await attemptsAt(at)).toBe(0);
    expect(at.quickbooks.commits()).toHaveLength(1);
  }

  async function forAnHour(): Promise<void> {
    const at = await house().company();
    const { control } = house().simulator;
    const { id } = control.addFault({
      do: 'throttle',
      count: 1_000,
      match: { realm: at.realmId, method: 'POST' },
    });
    const numbers = Array.from({ length: WAITING }, (_, index) => `F18-${index + 1}`);
    const [first = '', ...others] = numbers;
    await at.invoice(first);
    // The others come when the pause is known: what was on its way before is throttled, too.
    await settled(at, first, 'waiting');
    for (const number of others) await at.invoice(number);
    const throttled = () => control.log(at.realmId).counts.throttled;
    await waitFor(() => throttled() >= THROTTLED, { what: 'several probes' });
    // However many wait: what finds out whether it goes on is one call, and then a long pause.
    const gaps = gapsOf(writesAt(at));
    expect(gaps.filter((gap) => gap >= pauseMs())).toHaveLength(THROTTLED - 1);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(probeEveryMs());
    const waiting = await waitFor(() => sayingSince(at, numbers), {
      what: 'a document to say since when it waits',
    });
    expect(waiting.details).toContain('goes on by itself');
    const { throttledSince } = await house().client.connection(at.id);
    expect(throttledSince).not.toBeNull();
    control.removeFaults(id);

    await Promise.all(numbers.map((number) => settled(at, number)));
    expect((await house().client.connection(at.id)).throttledSince).toBeNull();
    expect(await attemptsAt(at)).toBe(0);
  }

  const gapsOf = (times: readonly number[]) =>
    times.slice(1).map((time, index) => time - (times[index] ?? time));

  /** A document that waits, and tells since when QuickBooks throttles. */
  async function sayingSince({ id }: SalesCompany, numbers: readonly string[]) {
    const documents = await Promise.all(
      numbers.map((number) => house().client.document(id, 'invoice', number)),
    );
    return documents.find(({ reason, params }) => reason === 'rate_limited' && 'since' in params);
  }

  return [
    ...SHAPES.map(
      (rule): AtOnce => [
        'F17',
        () => pausesOneCompany(rule),
        `${rule.shape} with status ${rule.status ?? 429}`,
      ],
    ),
    ['F18', forAnHour],
  ];
}
