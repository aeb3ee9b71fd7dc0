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
/** Pauses that follow each other before QuickBooks lets the company in again. */
const PAUSES = 3;

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
    await at.invoice('F18');
    const throttled = () => control.log(at.realmId).counts.throttled;
    await waitFor(() => throttled() > PAUSES, {
      what: 'several pauses',
      withinMs: 60_000,
    });
    // What asks for the next pause is one call, however long it goes on.
    const times = writesAt(at);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(pauseMs());
    control.removeFaults(id);

    const { history } = await settled(at, 'F18');
    expect(history.map(({ reason }) => reason)).toContain('rate_limited');
    expect(await attemptsAt(at)).toBe(0);
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
