import { afterEach } from '@jest/globals';
import type { QuickBooks } from '../../src/qbo/quickbooks.js';
import type { CallClass, LaneLimits, LaneRequest } from '../../src/qbo/stores.js';
import { bundle, free } from './bundle.js';
import { type Arrived, type Reply, startScripted } from './scripted-server.js';

/** For a test file: clients of one company before a scripted server, closed after each test. */
export function laneSetup() {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  return {
    /** What is to be closed after the test, the last first. */
    open,
    async setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
      const server = await startScripted(script);
      open.push(server.close);
      const made = await bundle(server.url);
      open.push(made.close);
      const { companyId } = made;
      const read = (client: QuickBooks) => client.read(companyId, 'companyinfo/1', free());
      const readBatch = (client: QuickBooks) =>
        client.queryBatch(companyId, ['SELECT * FROM Term'], free());
      return { ...made, server, read, readBatch };
    },
  };
}

/** A pause another process asks for. */
export const pauseOf = (pauseMs: number) => ({ pauseMs, probeEveryMs: pauseMs, probe: false });

/** A call that goes now or not at all, unless it may come later. */
export const aCall = (
  limits: LaneLimits,
  call: CallClass = 'single',
  withinMs = 0,
): LaneRequest => ({
  call,
  limits,
  withinMs,
  turn: null,
});
