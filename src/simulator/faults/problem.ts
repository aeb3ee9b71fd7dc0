/** Why a fault on order could never do what it says. */

import { definitionByName } from '../entities/index.js';
import type { FaultAction, FaultMatch, FaultRule, FaultStage } from './rules.js';

/** Actions of the gateway: they come before anything else. */
export const GATEWAY: ReadonlySet<FaultAction> = new Set(['throttle', 'revoke', 'redirect']);
export const OF_ITEMS: ReadonlySet<FaultAction> = new Set(['drop', 'status', 'body', 'throttle']);
const MID_BODY: ReadonlySet<FaultAction> = new Set(['drop', 'delay']);

const OF_OAUTH = ['token', 'revoke', 'authorize', 'discovery', 'userinfo', 'jwks'];
const ON_ENTITIES = ['create', 'update', 'void', 'delete', 'send', 'read', 'pdf'];
const ON_NONE = ['query', 'cdc', 'batch', 'upload', 'download', 'taxservice', 'unsupported'];
const OPERATIONS = [...ON_ENTITIES, ...ON_NONE, ...OF_OAUTH];
const IN_BATCHES = ['create', 'update', 'void', 'delete', 'query', 'cdc'];

/** Which actions a member of a rule says something about. */
const SAID_OF = {
  status: ['status', 'body', 'late_commit', 'throttle', 'redirect'],
  delayMs: ['delay', 'late_commit'],
  body: ['status', 'body', 'late_commit', 'redirect'],
  shape: ['status', 'body', 'late_commit', 'throttle'],
} as const satisfies Partial<Record<keyof FaultRule, readonly FaultAction[]>>;

export function problemWith(rule: FaultRule, at: FaultStage): string | undefined {
  return problemOfMembers(rule) ?? problemOfMatch(rule) ?? problemOfStage(rule, at);
}

function problemOfMembers(rule: FaultRule): string | undefined {
  for (const member of ['status', 'delayMs', 'body', 'shape'] as const) {
    const actions: readonly FaultAction[] = SAID_OF[member];
    if (rule[member] === undefined || actions.includes(rule.do)) continue;
    return `${rule.do} takes no ${member}; ${actions.join(', ')} do`;
  }
  if (rule.do === 'body' && rule.body === undefined) return 'body takes a body';
  const { shape = 'xml' } = rule;
  if (rule.do === 'throttle' && shape !== 'xml' && shape !== 'gateway_json') {
    return 'The shape of throttle is xml or gateway_json';
  }
  return undefined;
}

function problemOfMatch({ do: action, match = {} }: FaultRule): string | undefined {
  const { entity, batchItem } = match;
  const operation = match.operation?.toLowerCase();
  if (operation !== undefined && !OPERATIONS.includes(operation)) {
    return `There is no operation ${match.operation}; there are ${OPERATIONS.join(', ')}`;
  }
  if (entity !== undefined && definitionByName(entity) === undefined) {
    return `There is no entity ${entity}`;
  }
  if (operation !== undefined && entity !== undefined && !ON_ENTITIES.includes(operation)) {
    return `A call of operation ${operation} is about no entity`;
  }
  if (batchItem !== undefined && !OF_ITEMS.has(action)) {
    return 'An item of a batch takes drop, status, body or throttle';
  }
  if (operation !== undefined && batchItem !== undefined && !IN_BATCHES.includes(operation)) {
    return `An item of a batch is ${IN_BATCHES.join(', ')}`;
  }
  return problemOfOAuth(action, match.realm, operation) ?? problemOfShuffle(action, match);
}

/** Calls of OAuth go past the API's gateway and name no company. */
function problemOfOAuth(
  action: FaultAction,
  realm: string | undefined,
  operation = '',
): string | undefined {
  if (!OF_OAUTH.includes(operation)) return undefined;
  if (realm !== undefined) return `A call of operation ${operation} names no realm`;
  return GATEWAY.has(action) ? `${action} hits calls of the API, not ${operation}` : undefined;
}

function problemOfShuffle(
  action: FaultAction,
  { entity, operation = 'batch' }: FaultMatch,
): string | undefined {
  if (action !== 'shuffle') return undefined;
  const hitsBatches = entity === undefined && operation.toLowerCase() === 'batch';
  return hitsBatches ? undefined : 'shuffle hits batches alone';
}

function problemOfStage(rule: FaultRule, at: FaultStage): string | undefined {
  const isItem = rule.match?.batchItem !== undefined;
  if (GATEWAY.has(rule.do) && !isItem) {
    return at === 'before_commit' ? undefined : `${rule.do} comes before_commit`;
  }
  if (at === 'mid_body' && !MID_BODY.has(rule.do)) return 'mid_body takes drop or delay';
  if (at === 'mid_body' && isItem) return 'An item of a batch has no body of its own';
  if (rule.do === 'shuffle' && at !== 'after_commit') return 'shuffle comes after_commit';
  if (rule.do === 'late_commit' && at !== 'before_commit') return 'late_commit is before_commit';
  return undefined;
}
