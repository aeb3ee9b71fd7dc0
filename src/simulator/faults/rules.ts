/** Faults on order: which calls they hit, when, and what happens then. */

import type { FaultShape } from '../service/answers.js';
import { GATEWAY, OF_ITEMS, problemWith } from './problem.js';

export type FaultStage = 'before_commit' | 'after_commit' | 'mid_body';

export type FaultAction =
  | 'drop'
  | 'status'
  | 'delay'
  | 'late_commit'
  | 'body'
  | 'throttle'
  | 'revoke'
  | 'redirect'
  | 'shuffle';

export interface FaultMatch {
  realm?: string;
  method?: string;
  /** Part of the path. */
  path?: string;
  /** `Invoice`, in any case. Only of calls that are about one: not of queries and batches. */
  entity?: string;
  /** As docs/simulator.md lists them: `create`, `query`, `batch`, `token` and so on. */
  operation?: string;
  /** An item inside a batch, by its place from 0, by its bId, or `*` for each. */
  batchItem?: number | string;
}

export interface FaultRule {
  match?: FaultMatch;
  /** Default `before_commit`; `after_commit` for `shuffle`. */
  at?: FaultStage;
  do: FaultAction;
  /** Default 500; 200 for `body`. */
  status?: number;
  /** For `delay` and `late_commit`, in real time. Default 1000. */
  delayMs?: number;
  /** For `body`, which needs it: the answer, as text or JSON. For `redirect`: the address. */
  body?: unknown;
  /** Default `json`. For `throttle`: `xml` or `gateway_json`; else as the behaviours say. */
  shape?: FaultShape;
  /** How many calls that match pass before the first that it hits. Default 0. */
  skip?: number;
  /** How many calls it hits. Default 1. */
  count?: number;
  /** Of hitting a call that matches. Default 1. */
  probability?: number;
}

export interface ActiveFault extends FaultRule {
  id: string;
  at: FaultStage;
  /** Calls that pass before its next hit. */
  skip: number;
  /** Hits left. */
  remaining: number;
}

/** A call, or an item of a batch, as the rules see it. */
export interface FaultSubject {
  realm?: string | undefined;
  method: string;
  path: string;
  entity?: string | undefined;
  operation?: string | undefined;
  item?: { index: number; bId: string };
}

export class FaultRules {
  readonly #rules = new Map<string, ActiveFault>();
  #ids = 0;

  constructor(private readonly random: () => number) {}

  /** @throws RangeError for a rule that could never do what it says */
  add(rule: FaultRule): { id: string } {
    const at = rule.at ?? (rule.do === 'shuffle' ? 'after_commit' : 'before_commit');
    const problem = problemWith(rule, at);
    if (problem !== undefined) throw new RangeError(problem);
    this.#ids += 1;
    const id = String(this.#ids);
    this.#rules.set(id, { ...rule, id, at, skip: rule.skip ?? 0, remaining: rule.count ?? 1 });
    return { id };
  }

  /** Removes one rule, or all. Returns how many. */
  remove(id?: string): number {
    if (id !== undefined) return this.#rules.delete(id) ? 1 : 0;
    const all = this.#rules.size;
    this.#rules.clear();
    return all;
  }

  list(): ActiveFault[] {
    return [...this.#rules.values()];
  }

  /** The rules that hit this call at the gateway. Each hit is used up. */
  takeGateway(subject: FaultSubject): ActiveFault[] {
    return this.#take(subject, (rule) => GATEWAY.has(rule.do));
  }

  take(subject: FaultSubject, stage: FaultStage): ActiveFault[] {
    const actions = subject.item === undefined ? undefined : OF_ITEMS;
    const comes = (action: FaultAction) => actions?.has(action) ?? !GATEWAY.has(action);
    return this.#take(subject, (rule) => comes(rule.do) && rule.at === stage);
  }

  #take(subject: FaultSubject, applies: (rule: ActiveFault) => boolean): ActiveFault[] {
    if (this.#rules.size === 0) return [];
    const taken: ActiveFault[] = [];
    for (const rule of this.#rules.values()) {
      if (!applies(rule) || !matches(rule.match ?? {}, subject)) continue;
      if (rule.do === 'shuffle' && subject.operation !== 'batch') continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      if (rule.probability !== undefined && this.random() >= rule.probability) continue;
      rule.remaining -= 1;
      if (rule.remaining <= 0) this.#rules.delete(rule.id);
      taken.push(rule);
    }
    return taken;
  }
}

function matches(match: FaultMatch, subject: FaultSubject): boolean {
  const { item } = subject;
  if ((match.batchItem === undefined) !== (item === undefined)) return false;
  if (item !== undefined && match.batchItem !== '*') {
    if (match.batchItem !== item.index && match.batchItem !== item.bId) return false;
  }
  return (
    same(match.realm, subject.realm) &&
    same(match.method, subject.method) &&
    same(match.entity, subject.entity) &&
    same(match.operation, subject.operation) &&
    (match.path === undefined || subject.path.includes(match.path))
  );
}

function same(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === value?.toLowerCase();
}
