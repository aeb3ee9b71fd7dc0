import type { FailureClass } from '../qbo/failure-class.js';

/** Every class there is: QuickBooks' own, and our exceptions (`crash`). */
export type PolicyClass = FailureClass | 'crash';

/** Who can do something about it. */
export type Actor = 'worker' | 'customer' | 'ops';

/** What happens after a failure of one class. */
export interface FailureRule {
  actor: Actor;
  /**
   * `retry`: by itself, after a growing pause, and failed once the attempts are used up.
   * `wait`: by itself, at a steady pace, however long it takes; costs no attempt.
   * `reconnect`: by itself once the company is connected again; costs no attempt.
   * `renew`: by itself once QuickBooks takes changes again; costs no attempt.
   * `reread`: once more with what QuickBooks holds now, then failed.
   * `resolve`: the outcome is found out before anything else; never sent anew meanwhile.
   * `alone`: at once, in a call of its own.
   * `gone`: QuickBooks' copy was deleted there; it is not made again.
   * `fail`: a person has to act.
   */
  next: 'retry' | 'wait' | 'reconnect' | 'renew' | 'reread' | 'resolve' | 'alone' | 'gone' | 'fail';
  /** Failed after so many failures in a row; only where `next` is `retry`. */
  attempts?: number;
  /** Why it is so; also the first line of the class's section in docs/errors.md. */
  because: string;
}

/** The failure policy, whole. A class without a row does not compile. */
export const FAILURE_POLICY: { readonly [Class in PolicyClass]: FailureRule } = {
  transient: {
    actor: 'worker',
    next: 'retry',
    attempts: 8,
    because: 'Networks and servers recover; after an hour of trying a person should know.',
  },
  crash: {
    actor: 'ops',
    next: 'retry',
    attempts: 3,
    because: 'Our own mistake may be a passing one, but it must not go round for ever.',
  },
  unknown_outcome: {
    actor: 'worker',
    next: 'resolve',
    because: 'QuickBooks may have it; sending it anew could make a second one.',
  },
  throttled: {
    actor: 'worker',
    next: 'wait',
    because: 'A limit is nobody’s mistake and passes by itself.',
  },
  auth: {
    actor: 'customer',
    next: 'reconnect',
    because: 'Only the company’s own admin can let us in again; nothing is lost meanwhile.',
  },
  suspended: {
    actor: 'customer',
    next: 'renew',
    because:
      'QuickBooks takes no changes until its subscription is renewed; nothing is lost meanwhile.',
  },
  conflict: {
    actor: 'worker',
    next: 'reread',
    because: 'Payments and people change documents there; our fields still apply to the new state.',
  },
  batch_size: {
    actor: 'worker',
    next: 'alone',
    because: 'The batch was refused for its size, not for what is in it.',
  },
  deleted: {
    actor: 'customer',
    next: 'gone',
    because: 'Someone removed it on purpose; a retry must not bring it back.',
  },
  duplicate_request: {
    actor: 'worker',
    next: 'resolve',
    because: 'QuickBooks knows the request and will not say how it ended.',
  },
  duplicate_name: {
    actor: 'customer',
    next: 'fail',
    because: 'Customers, suppliers and employees share one list of names.',
  },
  duplicate_number: {
    actor: 'customer',
    next: 'fail',
    because: 'Another document has the number; a person knows which of them is right.',
  },
  reference: {
    actor: 'customer',
    next: 'fail',
    because: 'What it points to is inactive or gone in QuickBooks.',
  },
  period_closed: {
    actor: 'customer',
    next: 'fail',
    because: 'The bookkeeper closed the period; only a person may reopen it or change the date.',
  },
  money: {
    actor: 'ops',
    next: 'fail',
    because: 'QuickBooks computes another amount; sending it again changes nothing.',
  },
  deposited: {
    actor: 'customer',
    next: 'fail',
    because: 'A deposited transaction is locked until it is taken out of the deposit.',
  },
  payment_applied: {
    actor: 'customer',
    next: 'fail',
    because: 'QuickBooks refuses it while a payment is applied.',
  },
  plan: {
    actor: 'customer',
    next: 'fail',
    because: 'The QuickBooks plan or role lacks the feature.',
  },
  validation: {
    actor: 'customer',
    next: 'fail',
    because: 'The same data is refused again; it has to be corrected first.',
  },
  bug: {
    actor: 'ops',
    next: 'fail',
    because: 'We sent what no correction of data can mend.',
  },
};

/** Pace of retries, from configuration. */
export interface RetryPace {
  /** Wait after the first failure; it doubles each time. */
  firstMs: number;
  mostMs: number;
}

export const DEFAULT_PACE: RetryPace = { firstMs: 30_000, mostMs: 3_600_000 };

/** Wait before the next attempt, in milliseconds: doubling, half of it random, so that a crowd spreads. */
export function retryDelayMs(attempts: number, pace: RetryPace, random: () => number): number {
  const whole = Math.min(pace.mostMs, pace.firstMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(whole / 2 + (whole / 2) * random());
}
