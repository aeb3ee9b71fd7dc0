import { afterEach, describe, expect, it } from '@jest/globals';
import type { QueueName, WakeUp } from '../../src/queue/backend.js';
import {
  CANARY_SUBJECT,
  type Canary,
  startCanary,
  type WorkerActivity,
} from '../../src/queue/canary.js';
import { waitFor } from '../support/wait-for.js';

// What is watched is a plain account of a worker; test/cli/standstill.test.ts has the whole process.
const TIMES = { everyMs: 60, standstillMs: 200 };

describe('a canary', () => {
  let canary: Canary | undefined;
  afterEach(() => canary?.stop());

  /** Workers that never move, unless a test moves them. */
  function watch(overrides: Partial<WorkerActivity> = {}) {
    const push: WorkerActivity = {
      queue: 'push',
      lastActivityAt: performance.now(),
      inFlight: 0,
      concurrency: 2,
      ...overrides,
    };
    const added: WakeUp[] = [];
    const standing: QueueName[] = [];
    canary = startCanary({
      queue: {
        add: async (wakeUps) => {
          added.push(...wakeUps);
        },
      },
      activity: () => [push],
      times: TIMES,
      onStandstill: ({ queue, idleMs }) => {
        expect(idleMs).toBeGreaterThanOrEqual(TIMES.standstillMs);
        standing.push(queue);
      },
    });
    const idleMs = () => canary?.idleMs().get('push') ?? 0;
    return { push, added, standing, idleMs };
  }

  it('gives every queue a wake-up for nothing, first in line, again and again', async () => {
    const { added } = watch();
    await waitFor(() => added.length >= 3, { what: 'three canaries' });
    expect(added[0]).toMatchObject({ queue: 'push', subjectId: CANARY_SUBJECT, priority: 1 });
  });

  it('tells once of a worker that takes nothing though it could', async () => {
    const { added, standing } = watch({ inFlight: 1 });
    await waitFor(() => standing.length > 0, { what: 'the standstill' });
    const count = added.length;
    await waitFor(() => added.length > count + 2, { what: 'more canaries' });
    expect(standing).toEqual(['push']);
  });

  it('says nothing of one that moves, or whose slots are all taken', async () => {
    const moving = watch();
    const mover = setInterval(() => {
      moving.push.lastActivityAt = performance.now();
    }, 20);
    await waitFor(() => moving.added.length >= 8, { what: 'two standstills to pass' });
    clearInterval(mover);
    expect(moving.standing).toEqual([]);
    canary?.stop();
    const full = watch({ inFlight: 2 });
    await waitFor(() => full.added.length >= 8, { what: 'two standstills to pass' });
    expect(full.standing).toEqual([]);
  });

  it('counts no time in which the whole process stood still', async () => {
    const { standing, idleMs } = watch();
    await waitFor(() => idleMs() > 0, { what: 'a first look' });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMES.standstillMs * 2);
    const before = idleMs();
    await waitFor(() => idleMs() > before, { what: 'the next look' });
    expect(idleMs()).toBeLessThan(TIMES.standstillMs);
    expect(standing).toEqual([]);
  });
});
