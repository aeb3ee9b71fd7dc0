import type { FaultPoint, TestFault } from '../config/test-fault.js';
import type { RequestStore, TokenStore } from '../qbo/stores.js';
import type { QueueEvents } from '../queue/events.js';

/** Said at each moment of a process's work that a test may choose. */
export type Reached = (point: FaultPoint) => void;

/** Does what a test has asked for when the moment has come; the process may not live to see more. */
export function openFaultPoint({ point, nth, action, blockMs }: TestFault): Reached {
  let left = nth;
  return (reached) => {
    if (reached !== point) return;
    left -= 1;
    if (left !== 0) return;
    switch (action) {
      case 'kill':
        process.kill(process.pid, 'SIGKILL');
        return;
      case 'stop':
        process.kill(process.pid, 'SIGSTOP');
        return;
      case 'block':
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
        return;
      case 'exhaust':
        exhaustHeap();
    }
  };
}

const KEPT = 1_000_000;

function exhaustHeap(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(KEPT).fill(kept.length));
}

/** Every way to and from a request's row is a moment. */
export function watchRequests(requests: RequestStore, reached: Reached): RequestStore {
  return {
    async markSent(id) {
      reached('request_stored');
      await requests.markSent(id);
      reached('sending_noted');
    },
    async markEnded(id, ending) {
      reached('answer_arrived');
      await requests.markEnded(id, ending);
      reached('answer_noted');
    },
  };
}

export function watchTokens(tokens: TokenStore, reached: Reached): TokenStore {
  return {
    ...tokens,
    async saveRefreshed(companyId, generation, fresh) {
      reached('tokens_arrived');
      return tokens.saveRefreshed(companyId, generation, fresh);
    },
  };
}

/** Start and end of a push are told to the log, right after they are committed. */
export function watchEvents(events: QueueEvents, reached: Reached): QueueEvents {
  return (event, fields) => {
    events(event, fields);
    if (event === 'push_started') reached('push_claimed');
    if (event === 'push_ended') reached('push_settled');
  };
}
