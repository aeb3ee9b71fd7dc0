import { describe, expect, it } from '@jest/globals';
import { REASON_NAMES } from '../../src/contract/reasons.js';
import type { Ending } from '../../src/ledger/pushes/ending.js';
import { failureEnding } from '../../src/push/endings.js';
import {
  DEFAULT_PACE,
  FAILURE_POLICY,
  type PolicyClass,
  retryDelayMs,
} from '../../src/push/failure-policy.js';
import { DEFAULT_PUSH_WAITS, type Sending, type SendingItem } from '../../src/push/sending.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const middle = () => 0.5;

/** An item of the kind a failure meets, after so many failures in a row. */
function failing(attempts = 0): { sending: Sending; item: SendingItem } {
  const document = { number: 'INV-1', issueDate: '2026-11-20' };
  const sending = {
    tools: { pace: DEFAULT_PACE, waits: DEFAULT_PUSH_WAITS, random: middle },
    company: { bookCloseDate: '2026-10-31' },
    job: { kind: 'invoice', dateOf: () => document.issueDate },
  } as unknown as Sending;
  const sent = { storedAs: null, link: null, operation: 'create' };
  const loaded = { kind: 'invoice', ...sent, attempts, document };
  const item = { loaded } as unknown as SendingItem;
  return { sending, item };
}

function endingOf(failure: PolicyClass, attempts = 0): Ending | undefined {
  const { sending, item } = failing(attempts);
  const fault = {
    type: 'ValidationFault',
    code: '6000',
    message: 'Refused',
    detail: 'It was refused.',
    element: null,
  };
  return failureEnding(sending, item, failure, [fault]);
}

// The whole policy on one screen: class, who acts, what becomes of the document.
const EXPECTED: Record<PolicyClass, [actor: string, ending: string, reason: string | null]> = {
  transient: ['worker', 'waiting', 'quickbooks_unavailable'],
  crash: ['ops', 'waiting', 'crashed'],
  throttled: ['worker', 'waiting', 'rate_limited'],
  suspended: ['customer', 'parked', 'company_suspended'],
  auth: ['customer', 'parked', 'reconnect_needed'],
  conflict: ['worker', 'a step of its own', null],
  unknown_outcome: ['worker', 'a step of its own', null],
  duplicate_request: ['worker', 'a step of its own', null],
  batch_size: ['worker', 'returned', null],
  deleted: ['customer', 'deleted_in_quickbooks', null],
  duplicate_name: ['customer', 'failed', 'duplicate_name'],
  duplicate_number: ['customer', 'failed', 'duplicate_number'],
  reference: ['customer', 'failed', 'refused_by_quickbooks'],
  period_closed: ['customer', 'failed', 'period_closed'],
  money: ['ops', 'failed', 'refused_by_quickbooks'],
  deposited: ['customer', 'failed', 'deposited'],
  payment_applied: ['customer', 'failed', 'payment_applied'],
  plan: ['customer', 'failed', 'plan_lacks'],
  validation: ['customer', 'failed', 'refused_by_quickbooks'],
  bug: ['ops', 'failed', 'refused_by_quickbooks'],
};
const CLASSES = Object.keys(FAILURE_POLICY) as PolicyClass[];

describe('the failure policy', () => {
  it.each(CLASSES)('says who acts after %s, and what becomes of the document', (failure) => {
    const rule = FAILURE_POLICY[failure];
    const ending = endingOf(failure);
    const named = ending !== undefined && 'reason' in ending ? ending.reason.name : null;
    expect([rule.actor, ending?.kind ?? 'a step of its own', named]).toEqual(EXPECTED[failure]);
    if (named !== null) expect(REASON_NAMES).toContain(named);
    expect(rule.because).toMatch(/^[A-Z].*\.$/);
  });

  it('counts attempts only for what is tried again with a growing pause', () => {
    const counting = CLASSES.filter((failure) => FAILURE_POLICY[failure].attempts !== undefined);
    expect(counting).toEqual(['transient', 'crash']);
    for (const failure of CLASSES.filter((name) => !counting.includes(name))) {
      const ending = endingOf(failure, 100);
      expect(
        ending === undefined ? undefined : 'attempts' in ending && ending.attempts,
      ).toBeFalsy();
    }
  });

  it.each([
    ['transient', 8],
    ['crash', 3],
  ] as const)('gives %s up after %i failures in a row', (failure, most) => {
    const kinds = Array.from({ length: most }, (_, before) => endingOf(failure, before)?.kind);
    expect(kinds.slice(0, -1)).toEqual(kinds.slice(0, -1).map(() => 'waiting'));
    expect(kinds.at(-1)).toBe('failed');
  });

  it('waits as long as Intuit asks for a limit', () => {
    expect(endingOf('throttled', 50)).toMatchObject({ kind: 'waiting', retryInMs: MINUTE });
  });

  it('doubles the pause from 30 s to an hour, half of it random', () => {
    const spans = Array.from({ length: 10 }, (_, index) => [
      retryDelayMs(index + 1, DEFAULT_PACE, () => 0),
      retryDelayMs(index + 1, DEFAULT_PACE, () => 1),
    ]);
    expect(spans.slice(0, 3)).toEqual([
      [15_000, 30_000],
      [30_000, MINUTE],
      [MINUTE, 2 * MINUTE],
    ]);
    expect(spans.at(-1)).toEqual([HOUR / 2, HOUR]);
    // Seven pauses before the eighth failure is the last: between half an hour and an hour of trying.
    const whole = spans.slice(0, 7).reduce((sum, [, most = 0]) => sum + most, 0);
    expect(whole).toBeGreaterThan(HOUR / 2);
    expect(whole).toBeLessThan(70 * MINUTE);
  });

  it('keeps QuickBooks’ own words short and on one line', () => {
    const { sending, item } = failing();
    const fault = {
      type: 'ValidationFault',
      code: '2020',
      message: 'x',
      detail: `a\n${'b'.repeat(2_000)}`,
      element: null,
    };
    const ending = failureEnding(sending, item, 'validation', [fault]);
    if (ending?.kind !== 'failed' || ending.reason.name !== 'refused_by_quickbooks')
      throw new Error('It ended otherwise');
    expect(ending.reason.params.text).toHaveLength(500);
    expect(ending.reason.params.text).not.toContain('\n');
  });
});
