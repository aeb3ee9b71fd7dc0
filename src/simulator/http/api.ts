/** Calls under `/v3/company`: gateway first, then the service. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessLost } from '../engine/company-faults.js';
import { duplicateRequestId, ServiceFault } from '../engine/service-fault.js';
import type { ActiveFault, FaultSubject } from '../faults/rules.js';
import type { JsonObject } from '../json.js';
import { ACCOUNTING_SCOPE, type Grant } from '../oauth/grants.js';
import type { QuickBooks } from '../quickbooks.js';
import {
  type Answer,
  faultAnswer,
  gatewayAnswer,
  noTokenAnswer,
  type ThrottleShape,
  type ThrottleStyle,
  throttleAnswer,
} from '../service/answers.js';
import { batchItems, batchQueries } from '../service/batch.js';
import { type Call, changesSomething, readCall, readsSomething } from '../service/call.js';
import { type Execution, execute, operationOf } from '../service/execute.js';
import type { LatencyCall } from '../service/latency.js';
import type { LimitedCall } from '../service/limits.js';
import { inWantedForm } from './negotiate.js';
import { type RequestBody, readRequestBody } from './request-body.js';
import { drop, pause, send } from './send.js';
import { type Outcome, runStaged } from './staged.js';

export interface ApiRequest {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  parameters: URLSearchParams;
  /** The body, unpacked. */
  bytes: Buffer;
  /** The body as text; empty for an upload, whose bytes need not be text. */
  text: string;
  tid: string;
  /** The simulator's own address. */
  origin: string;
  later: (delayMs: number, work: () => void) => void;
}

/** One call as it goes through the stages, with what the log will say about it. */
interface Passage extends ApiRequest {
  quickbooks: QuickBooks;
  call: Call;
  body: JsonObject;
  fault: RequestBody['fault'];
  replayed: boolean;
  clientId: string | null;
}

export async function handleApi(quickbooks: QuickBooks, api: ApiRequest): Promise<void> {
  const { request, response, tid } = api;
  const read = readCall(request.method ?? 'GET', api.path, api.parameters);
  const { body = {}, fault } = readRequestBody(read, request.headers['content-type'], api.text);
  const call = precise(read, body);
  const passage: Passage = {
    ...api,
    quickbooks,
    call,
    body,
    fault,
    replayed: false,
    clientId: null,
  };
  const { answer, cuts } = await orCut(pass(passage), quickbooks.behaviours.requestCutMs);
  noteCall(passage, answer);
  if (answer === undefined) {
    drop(response);
    return;
  }
  const shown = inWantedForm(answer, request.headers.accept, quickbooks.behaviours);
  await send(response, { ...shown, headers: { intuit_tid: tid, ...answer.headers } }, cuts);
}

/** A call that takes too long is dropped; what it does goes on and may still be committed. */
async function orCut(work: Promise<Outcome>, afterMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ answer: undefined, cuts: [] }), afterMs);
  });
  try {
    return await Promise.race([work, cut]);
  } finally {
    clearTimeout(timer);
  }
}

/** A POST of an entity creates or updates: its body tells which. */
function precise(call: Call, body: JsonObject): Call {
  const { definition, operation } = call;
  if (definition === undefined || operation === undefined) return call;
  return { ...call, operation: operationOf(definition, operation, body) };
}

async function pass(passage: Passage): Promise<Outcome> {
  const { quickbooks } = passage;
  const gateway = atGateway(passage);
  if (gateway !== undefined) return { answer: gateway, cuts: [] };
  const grant = quickbooks.grants.access(bearer(passage.request) ?? '');
  if (grant === undefined) return { answer: refusal(passage), cuts: [] };
  passage.clientId = grant.clientId;
  const forbidden = forbids(passage, grant);
  if (forbidden !== undefined) return { answer: forbidden, cuts: [] };
  const { limits } = quickbooks;
  const limited = limitedCall(passage, grant);
  if (!limits.enter(limited, quickbooks.nowMs())) {
    const answer = throttleAnswer(quickbooks.behaviours, quickbooks.nowMs());
    return { answer, cuts: [] };
  }
  let succeeded = false;
  try {
    const outcome = await served(passage, grant);
    succeeded = outcome.answer?.status === 200;
    return outcome;
  } finally {
    limits.leave(limited, succeeded, quickbooks.nowMs());
  }
}

function limitedCall({ call, body }: Passage, { realmId, clientId }: Grant): LimitedCall {
  const isBatch = call.kind === 'batch';
  const reads = readsSomething(call) || (isBatch && batchQueries(body) > 0);
  return { realmId, clientId, isBatch, sends: call.operation === 'send', reads };
}

function subjectOf({ call, path }: Passage): FaultSubject {
  return {
    realm: call.realmId,
    method: call.method,
    path,
    entity: call.definition?.name,
    operation: call.operation ?? call.kind,
  };
}

/** Faults on order that belong to the gateway; an answer where one of them ends the call. */
function atGateway(passage: Passage): Answer | undefined {
  const { quickbooks, request } = passage;
  let answer: Answer | undefined;
  for (const fault of quickbooks.faults.takeGateway(subjectOf(passage))) {
    if (fault.do === 'revoke') {
      const token = bearer(request) ?? '';
      const grant = quickbooks.grants.access(token);
      if (grant !== undefined) quickbooks.grants.revoke(token, grant.clientId);
    } else if (fault.do === 'redirect') answer = redirectAnswer(fault);
    else answer = throttleAnswer(throttleStyle(fault, quickbooks), quickbooks.nowMs());
  }
  return answer;
}

function throttleStyle(fault: ActiveFault, { behaviours }: QuickBooks): ThrottleStyle {
  const { retryAfterSeconds } = behaviours;
  return { throttleShape: orderedShape(fault) ?? behaviours.throttleShape, retryAfterSeconds };
}

function orderedShape({ shape, status }: ActiveFault): ThrottleShape | undefined {
  if (shape === 'gateway_json') return 'gateway_json';
  if (shape !== 'xml') return undefined;
  return status === 403 ? 'xml_403' : 'xml';
}

function redirectAnswer({ status, body }: ActiveFault): Answer {
  const location = typeof body === 'string' ? body : 'http://127.0.0.1:9/';
  return {
    status: status ?? 302,
    contentType: 'text/html;charset=UTF-8',
    body: '',
    headers: { location },
  };
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function refusal({ quickbooks, request }: Passage): Answer {
  const token = bearer(request);
  const nowMs = quickbooks.nowMs();
  if (token === undefined) return noTokenAnswer(nowMs);
  return gatewayAnswer(401, nowMs, `Token expired: ${token.slice(0, 10)}`);
}

/** The answer where the token is good, and not for this company or this call. */
function forbids({ quickbooks, call }: Passage, grant: Grant): Answer | undefined {
  const nowMs = quickbooks.nowMs();
  const company = quickbooks.companies.get(call.realmId);
  const covers = grant.realmId === call.realmId && grant.scopes.includes(ACCOUNTING_SCOPE);
  if (company === undefined || !covers) return gatewayAnswer(403, nowMs);
  if (grant.personLeft !== true) return undefined;
  if (quickbooks.behaviours.afterLeave === 'gateway_403') return gatewayAnswer(403, nowMs);
  const errors = [accessLost(company.facts.plan)];
  return faultAnswer(new ServiceFault(errors, 401, 'AuthorizationFault'), nowMs);
}

async function served(passage: Passage, { clientId }: Grant): Promise<Outcome> {
  const { quickbooks, call, body, text, bytes, path, origin } = passage;
  const waitMs = quickbooks.latency.of(latencyOf(call));
  if (waitMs > 0) await pause(waitMs);
  const company = quickbooks.companies.get(call.realmId);
  if (company === undefined) return { answer: gatewayAnswer(403, quickbooks.nowMs()), cuts: [] };
  const contentType = passage.request.headers['content-type'];
  const execution = { call, company, clientId, body, text, bytes, contentType, path, origin };
  return runStaged({
    faults: quickbooks.faults,
    subject: subjectOf(passage),
    nowMs: () => quickbooks.nowMs(),
    random: quickbooks.random,
    run: () => once(passage, execution),
    later: passage.later,
  });
}

function latencyOf(call: Call): LatencyCall {
  if (call.kind === 'query' || call.kind === 'batch') return call.kind;
  return changesSomething(call) ? 'write' : 'read';
}

/** Executes, unless the same requestid has been answered before. */
function once(passage: Passage, execution: Execution): Answer {
  const { quickbooks, call, body, bytes } = passage;
  if (passage.fault !== undefined) return faultAnswer(passage.fault, quickbooks.nowMs());
  if (call.requestid === undefined || !madeOnce(passage)) return execute(quickbooks, execution);
  const { behaviours, replays } = quickbooks;
  const key = replayKey(call.requestid, call, body);
  const nowMs = quickbooks.nowMs();
  const retentionMs = behaviours.requestidRetentionMs;
  const kept = replays.find(call.realmId, key, bytes, { nowMs, retentionMs });
  if (kept !== undefined) {
    passage.replayed = true;
    const refuse = !kept.sameBody && behaviours.requestidOtherBody === 'fault_600';
    return refuse ? faultAnswer(new ServiceFault([duplicateRequestId()]), nowMs) : kept.answer;
  }
  const answer = execute(quickbooks, execution);
  const keep = answer.status === 200 || (behaviours.replayFaults && answer.status === 400);
  if (keep) replays.keep(call.realmId, key, bytes, answer, nowMs);
  return answer;
}

/** Whether a requestid makes this call once. */
function madeOnce({ call, quickbooks }: Passage): boolean {
  const { requestidFor } = quickbooks.behaviours;
  if (!changesSomething(call) || requestidFor === 'none') return false;
  return requestidFor === 'all' || call.definition?.family !== 'list';
}

/** A batch is the same request only with the same requestid and all the same bIds. */
function replayKey(requestid: string, { kind }: Call, body: JsonObject): string {
  if (kind !== 'batch') return requestid;
  const bIds = batchItems(body).map((item) => String(item['bId'] ?? ''));
  return [requestid, ...bIds].join('\n');
}

function noteCall(passage: Passage, answer: Answer | undefined): void {
  const { quickbooks, call, body, text } = passage;
  if (!quickbooks.companies.has(call.realmId)) return;
  const isQuery = call.kind === 'query';
  quickbooks.log.call({
    time: quickbooks.clock.state().now,
    realmId: call.realmId,
    method: call.method,
    path: passage.path.split('/').slice(4).join('/'),
    kind: call.kind,
    entity: call.definition?.name ?? null,
    operation: call.operation ?? null,
    status: answer?.status ?? null,
    requestid: call.requestid ?? null,
    clientId: passage.clientId,
    tid: passage.tid,
    replayed: passage.replayed,
    items: call.kind === 'batch' ? batchItems(body).length : null,
    queries: call.kind === 'batch' ? batchQueries(body) : null,
    query: isQuery ? (call.statement ?? text) : null,
  });
}
