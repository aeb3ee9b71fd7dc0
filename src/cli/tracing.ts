import {
  type Attributes,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { WebEvent } from '../http/log-events.js';
import type { TracedRequest } from '../http/parts.js';
import type { QuickBooksEvent } from '../qbo/log-events.js';
import type { QueueBackend } from '../queue/backend.js';
import { CANARY_SUBJECT } from '../queue/canary.js';
import type { QueueEventFields, QueueEventName } from '../queue/events.js';
import { ownVersion } from './version.js';

/**
 * Spans of one process, through OpenTelemetry's API alone: whoever starts it with an SDK gets them,
 * without one nothing is recorded. A request, a wake-up and each call of QuickBooks are one each. They
 * say what the log says, ids and figures, because they are made from the same events.
 */
export interface Tracing {
  /** W3C's `traceparent` of the span that is under way; null where there is none. */
  traceparent(): string | null;
  /** Goes on with a request within its span, whose parent is the one that its headers name. */
  traceRequest(request: TracedRequest, next: () => void): void;
  /** The same queue, with a span around every wake-up that is worked on. */
  ofQueue(queue: QueueBackend): QueueBackend;
  hearQueue<Name extends QueueEventName>(event: Name, fields: QueueEventFields[Name]): void;
  hearQuickBooks(event: QuickBooksEvent): void;
  hearWeb(event: WebEvent): void;
}

/** Links of a span: a push has at most 30 documents. */
const LINKS_MAX = 30;

export function openTracing(): Tracing {
  const tracer = trace.getTracer('qbo-sync', ownVersion());
  /** Spans of requests that are not answered yet, by request id. */
  const requests = new Map<string, Span>();
  return {
    traceparent() {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier['traceparent'] ?? null;
    },

    traceRequest({ id, method, route, headers, sinceMs }, next) {
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      const span = tracer.startSpan(
        `${method} ${route}`,
        { kind: SpanKind.SERVER, startTime: Date.now() - sinceMs },
        parent,
      );
      if (span.isRecording()) requests.set(id, span);
      context.with(trace.setSpan(parent, span), next);
    },

    hearWeb(event) {
      if (event.event !== 'http_request') return;
      const { requestId, method, route, status, appId, connectionId } = event;
      const span = requests.get(requestId);
      if (span === undefined) return;
      requests.delete(requestId);
      span.setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        ...given({ request_id: requestId, app_id: appId, connection_id: connectionId }),
      });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },

    ofQueue: (queue) => ({
      kind: queue.kind,
      check: (limitMs) => queue.check(limitMs),
      add: (wakeUps) => queue.add(wakeUps),
      counts: (name) => queue.counts(name),
      close: () => queue.close(),
      work: (name, options) =>
        queue.work(name, {
          ...options,
          async handle(wakeUp, signal) {
            if (wakeUp.subjectId === CANARY_SUBJECT) return options.handle(wakeUp, signal);
            const attributes = {
              'messaging.system': 'bullmq',
              'messaging.operation.type': 'process',
              'messaging.destination.name': name,
              'qbosync.subject_id': wakeUp.subjectId,
            };
            const kind = SpanKind.CONSUMER;
            // A trace of its own: what stated its documents may lie hours back, and is linked to.
            const o = { kind, attributes, root: true };
            await tracer.startActiveSpan(`process ${name}`, o, async (span) => {
              try {
                await options.handle(wakeUp, signal);
              } catch (error) {
                fail(span, error instanceof Error ? error.name : 'unknown');
                throw error;
              } finally {
                span.end();
              }
            });
          },
        }),
    }),

    hearQueue(event, fields) {
      const span = trace.getActiveSpan();
      if (span === undefined) return;
      const told = toldOf(event, fields);
      if (told === undefined) return;
      span.setAttributes(told.attributes);
      if (told.name !== undefined) span.updateName(told.name);
      if (told.links !== undefined) span.addLinks(told.links);
      if (told.error !== undefined) fail(span, told.error);
    },

    hearQuickBooks(event) {
      if (event.event !== 'qbo_call') return;
      const { method, resource, status, outcome, cause, durationMs, intuitTid } = event;
      const endTime = Date.now();
      const span = tracer.startSpan(`${method} ${resource}`, {
        kind: SpanKind.CLIENT,
        startTime: endTime - durationMs,
        attributes: {
          'http.request.method': method,
          ...(status === null ? {} : { 'http.response.status_code': status }),
          ...(intuitTid === null ? {} : { 'intuit.tid': intuitTid }),
          ...given({ company_id: event.companyId, call: event.call, outcome }),
          ...given({ requestid: event.requestId }),
        },
      });
      if (outcome !== 'ok') fail(span, cause ?? outcome);
      span.end(endTime);
    },
  };
}

interface Told {
  attributes: Attributes;
  name?: string;
  links?: Link[];
  /** What went wrong, in a word. */
  error?: string;
}

type Fields<Name extends QueueEventName> = QueueEventFields[Name];

/** What an event says of the wake-up that is worked on; messages of errors are left to the log. */
function toldOf<Name extends QueueEventName>(event: Name, fields: Fields<Name>): Told | undefined {
  const teller: ((fields: Fields<Name>) => Told) | undefined = TELLERS[event];
  return teller?.(fields);
}

const TELLERS: { readonly [Name in QueueEventName]?: (fields: Fields<Name>) => Told } = {
  push_started: ({ pushId, companyId, kind, documents, traceparents = [] }) => ({
    name: `push ${kind}`,
    attributes: given({ push_id: pushId, company_id: companyId, kind, documents }),
    links: linksTo(traceparents),
  }),
  push_ended: ({ outcomes, reasons }) => ({
    attributes: { ...counted('outcome', outcomes), ...counted('reason', reasons) },
  }),
  push_postponed: ({ delayMs, reason }) => ({
    attributes: given({ delay_ms: delayMs, postponed_for: reason }),
  }),
  push_lost: () => ({ attributes: { 'qbosync.given_back': true } }),
  lease_lost: () => ({ attributes: {}, error: 'lease_lost' }),
  push_failed: () => ({ attributes: {}, error: 'bug' }),
  run_ended: ({ runId, job, status }) => ({
    name: job,
    attributes: given({ run_id: runId, job, status }),
  }),
  run_left: ({ runId, job }) => ({ name: job, attributes: given({ run_id: runId, job }) }),
  run_failed: ({ runId, job }) => ({
    name: job,
    attributes: given({ run_id: runId, job }),
    error: 'run_failed',
  }),
  delivery_failed: ({ deliveryId }) => ({
    attributes: given({ delivery_id: deliveryId }),
    error: 'delivery_failed',
  }),
};

/** Attributes of ours: those that are known, under our prefix. */
function given(fields: Record<string, string | number | null>): Attributes {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === null ? [] : [[`qbosync.${name}`, value]],
    ),
  );
}

function counted(what: string, counts: Readonly<Record<string, number>>): Attributes {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [`qbosync.${what}.${name}`, count]),
  );
}

function linksTo(traceparents: readonly string[]): Link[] {
  return traceparents.slice(0, LINKS_MAX).flatMap((traceparent) => {
    const stated = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
    return stated === undefined ? [] : [{ context: stated }];
  });
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
