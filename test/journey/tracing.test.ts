import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { rawApi } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const CANARY = 'Canary of a span';
/** What the app's own span is called on the wire. */
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

// An operator's SDK in the process: what it is given of a document's way, and what not.
describeOnBothQueues('spans', (queue) => {
  const exporter = new InMemorySpanExporter();
  let journey: Journey;
  let one: SalesCompany;
  let other: SalesCompany;

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    journey = await startJourney(await queue());
    [one, other] = await Promise.all([salesCompany(journey), salesCompany(journey)]);
    await statedByTracedRequest(one, 'T-1');
    // Else it may go in one push with those that are stated next.
    await waitForStatus(journey, one.id, 'invoice', 'T-1', 'synced');
    await Promise.all([one.invoicesOf(['T-2', 'T-3']), other.invoicesOf(['T-4', 'T-5'])]);
    await other.invoice('T-6', { customer: { name: CANARY } });
    await Promise.all([
      ...['T-2', 'T-3'].map((id) => waitForStatus(journey, one.id, 'invoice', id, 'synced')),
      ...['T-4', 'T-5'].map((id) => waitForStatus(journey, other.id, 'invoice', id, 'synced')),
      waitForStatus(journey, other.id, 'invoice', 'T-6', 'failed'),
    ]);
    // A span ends behind what it tells of.
    await waitFor(() => outcomes('synced') === 5 && outcomes('failed') === 1, {
      what: 'the spans of all pushes',
    });
  });
  afterAll(async () => {
    await journey?.close();
    trace.disable();
    propagation.disable();
    context.disable();
  });

  async function statedByTracedRequest({ id }: SalesCompany, number: string): Promise<void> {
    const { status } = await rawApi(
      journey,
      'PUT',
      `/v1/connections/${id}/documents/invoice/${number}`,
      { body: anInvoice({ number }), headers: { traceparent: TRACEPARENT } },
    );
    expect(status).toBe(202);
  }

  const spans = () => exporter.getFinishedSpans();
  const of = (kind: SpanKind) => spans().filter((span) => span.kind === kind);
  const idOf = (span: ReadableSpan) => span.spanContext().spanId;
  /** Documents that ended so, by the spans of their pushes. */
  const outcomes = (name: string) =>
    of(SpanKind.CONSUMER).reduce(
      (sum, { attributes }) => sum + Number(attributes[`qbosync.outcome.${name}`] ?? 0),
      0,
    );

  it('lead from the app over its request and the push to the calls of QuickBooks', async () => {
    const [request] = await waitFor(
      () => {
        const own = of(SpanKind.SERVER).filter((span) => span.spanContext().traceId === TRACE_ID);
        return own.length > 0 && own;
      },
      { what: 'the span of the request' },
    );
    expect(request).toMatchObject({
      name: 'PUT /v1/connections/:connectionId/documents/invoice/:externalId',
      parentSpanContext: { spanId: 'b7ad6b7169203331' },
      attributes: { 'http.response.status_code': 202, 'qbosync.connection_id': one.id },
    });
    // A wake-up that was put off, as on a busy machine, has a span of its own.
    const pushes = of(SpanKind.CONSUMER).filter(
      ({ links, attributes }) =>
        links.some((link) => link.context.spanId === request?.spanContext().spanId) &&
        attributes['qbosync.outcome.synced'] !== undefined,
    );
    expect(pushes).toHaveLength(1);
    const [push] = pushes;
    expect(push).toMatchObject({
      name: 'push invoice',
      parentSpanContext: undefined,
      attributes: { 'messaging.destination.name': 'push', 'qbosync.outcome.synced': 1 },
    });
    const write = of(SpanKind.CLIENT).find(
      ({ name, parentSpanContext }) =>
        name === 'POST invoice' && parentSpanContext?.spanId === push?.spanContext().spanId,
    );
    expect(write?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'intuit.tid': expect.any(String),
      'qbosync.requestid': expect.any(String),
    });
  });

  it('of calls stand below the push of their own company, however many go at once', () => {
    const byId = new Map(spans().map((span) => [idOf(span), span]));
    const companies = of(SpanKind.CLIENT).flatMap(({ attributes, parentSpanContext }) => {
      const parent = byId.get(parentSpanContext?.spanId ?? '');
      const above = parent?.attributes['qbosync.company_id'];
      return above === undefined ? [] : [[attributes['qbosync.company_id'], above]];
    });
    expect(new Set(companies.map(([own]) => own)).size).toBe(2);
    for (const [own, above] of companies) expect(own).toBe(above);
  });

  it('say ids and figures, and nothing of a customer, a token or a company', () => {
    const reasons = spans().map(({ attributes }) => attributes['qbosync.reason.customer_missing']);
    expect(reasons).toContain(1);
    const told = JSON.stringify(
      spans().map(({ name, attributes, events, links, status }) => ({
        name,
        attributes,
        events,
        links,
        status,
      })),
    );
    const realms = [one, other].map(({ realmId }) => realmId);
    const secrets = [CANARY, 'Harbor Lane', 'T-1', journey.apiKey, 'Bearer', ...realms];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    expect(spans().flatMap(({ events }) => events)).toEqual([]);
  });
});
