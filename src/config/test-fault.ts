/** Moments of its work at which a test may end or stop a process. */
export const FAULT_POINTS = [
  /** A push is claimed and loaded. */
  'push_claimed',
  /** Its request is committed, and that it leaves is not. */
  'request_stored',
  /** That it leaves is committed; no byte has left. */
  'sending_noted',
  /** QuickBooks has answered, and the answer is nowhere but in memory. */
  'answer_arrived',
  /** The answer is committed, and what it means is not. */
  'answer_noted',
  /** Everything is committed; the wake-up is not acknowledged. */
  'push_settled',
  /** New tokens have come, and are nowhere but in memory. */
  'tokens_arrived',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** What happens when a moment has come for the nth time in this process. */
export interface TestFault {
  point: FaultPoint;
  nth: number;
  /** SIGKILL, SIGSTOP, an event loop that stands still, a heap that overflows. */
  action: 'kill' | 'stop' | 'block' | 'exhaust';
  /** How long the event loop stands still. */
  blockMs: number;
}

export const TEST_FAULT_FORM =
  'must be point:nth:kill, :stop, :exhaust or :block=milliseconds, for example answer_arrived:1:kill';

/** Undefined where the text is none, or not of the form. */
export function readTestFault(text: string | undefined): TestFault | undefined {
  const [, name, nth, action, blockMs] =
    /^(\w+):([1-9]\d{0,5}):(?:(kill|stop|exhaust)|block=([1-9]\d{0,5}))$/.exec(text ?? '') ?? [];
  const point = FAULT_POINTS.find((known) => known === name);
  if (point === undefined) return undefined;
  return {
    point,
    nth: Number(nth),
    action: action === 'kill' || action === 'stop' || action === 'exhaust' ? action : 'block',
    blockMs: Number(blockMs ?? 0),
  };
}
