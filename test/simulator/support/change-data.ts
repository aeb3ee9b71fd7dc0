/** Asking for change data, as an app would, on a clock that stands. */

import type { JsonObject, SimulatorOptions } from '../../../src/simulator/index.js';
import { connect, list, type Reply, startCompany, type TestCompany } from './company.js';

/** A moment after a company was made and before anything is done in a test. */
export const START = '2026-06-15T10:00:00-07:00';

/** A company made two weeks before `START`, where the clock stands now. */
export async function freshCompany(options: SimulatorOptions = {}): Promise<TestCompany> {
  const clock = () => Date.parse('2026-06-01T17:00:00Z');
  const fresh = await startCompany({}, { clock, ...options });
  fresh.simulator.control.setClock({ now: START, stopped: true });
  return connect(fresh.simulator, fresh.realmId);
}

export function changes(of: TestCompany, entities: string, since = START): Promise<Reply> {
  const parameters = new URLSearchParams({ entities, changedSince: since, minorversion: '75' });
  return connect(of.simulator, of.realmId).get(`cdc?${parameters}`);
}

/** The answers by entity, in order. */
export function groups(reply: Reply): JsonObject[] {
  const [response] = list(reply.body, 'CDCResponse');
  if (response === undefined) throw new Error(`${reply.status} ${reply.text}`);
  return list(response, 'QueryResponse');
}
