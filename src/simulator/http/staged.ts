/** Runs a call with the faults on order around it: before its commit, after it, while sending. */

import type { ActiveFault, FaultRules, FaultSubject } from '../faults/rules.js';
import { isObject } from '../json.js';
import { type Answer, shapedAnswer } from '../service/answers.js';
import { shuffled as mixed } from '../shuffle.js';
import { DELAY_MS, pause } from './send.js';

/** What became of the call. `undefined` as answer: the connection is dropped. */
export interface Outcome {
  answer: Answer | undefined;
  cuts: ActiveFault[];
}

export interface Staged {
  faults: FaultRules;
  subject: FaultSubject;
  nowMs: () => number;
  random: () => number;
  /** Does the work; it may be called later than the answer (`late_commit`). */
  run: () => Answer;
  /** Takes over work that outlives its answer. */
  later: (delayMs: number, work: () => void) => void;
}

export async function runStaged(staged: Staged): Promise<Outcome> {
  const { faults, subject, nowMs } = staged;
  const cuts: ActiveFault[] = [];
  for (const fault of faults.take(subject, 'before_commit')) {
    switch (fault.do) {
      case 'delay':
        await pause(fault.delayMs ?? DELAY_MS);
        break;
      case 'drop':
        return { answer: undefined, cuts };
      case 'late_commit': {
        staged.later(fault.delayMs ?? DELAY_MS, () => void staged.run());
        const answer = fault.status === undefined ? undefined : replacement(fault, nowMs());
        return { answer, cuts };
      }
      case 'status':
      case 'body':
        return { answer: replacement(fault, nowMs()), cuts };
      default:
        break;
    }
  }
  let answer = staged.run();
  for (const fault of faults.take(subject, 'after_commit')) {
    if (fault.do === 'delay') await pause(fault.delayMs ?? DELAY_MS);
    else if (fault.do === 'drop') return { answer: undefined, cuts };
    else if (fault.do === 'shuffle') answer = shuffled(answer, staged.random);
    else answer = replacement(fault, nowMs());
  }
  cuts.push(...faults.take(subject, 'mid_body'));
  return { answer, cuts };
}

const CONTENT_TYPES = {
  json: 'application/json;charset=UTF-8',
  gateway_json: 'application/json;charset=UTF-8',
  xml: 'application/xml;charset=UTF-8',
  html: 'text/html;charset=UTF-8',
  empty: 'application/json;charset=UTF-8',
} as const;

/** The answer a fault puts in place of the true one. */
function replacement(fault: ActiveFault, nowMs: number): Answer {
  const shape = fault.shape ?? 'json';
  if (fault.body === undefined) {
    const answer = shapedAnswer(fault.status ?? 500, shape, nowMs);
    // A shape that was asked for is sent as it is, also to callers that prefer XML.
    if (fault.shape !== undefined) delete answer.envelope;
    return answer;
  }
  const body = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  const status = fault.status ?? (fault.do === 'body' ? 200 : 500);
  return { status, contentType: CONTENT_TYPES[shape], body };
}

/** A batch's answers in another order. */
function shuffled(answer: Answer, random: () => number): Answer {
  const envelope: unknown = JSON.parse(answer.body);
  if (!isObject(envelope) || !Array.isArray(envelope['BatchItemResponse'])) return answer;
  const BatchItemResponse = mixed(envelope['BatchItemResponse'], random);
  return { ...answer, body: JSON.stringify({ ...envelope, BatchItemResponse }) };
}
