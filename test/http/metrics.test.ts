import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { waitFor } from '../support/wait-for.js';

const METRICS_TOKEN = 'a-token-of-the-collector';
const CANARY = 'Canary Customer Ltd';

describe('metrics of web', () => {
  let journey: Journey;
  let realmId: string;
  beforeAll(async () => {
    journey = await startJourney({ environment: { METRICS_TOKEN } });
    const connected = await journey.connect({ profile: 'auto-invoices' });
    ({ realmId } = connected);
    const [customer] = journey.simulator.control.objects(realmId, 'Customer');
    const state = (externalId: string, fields: Parameters<typeof anInvoice>[0]) =>
      journey.client.state(
        connected.id,
        'invoice',
        externalId,
        anInvoice({ number: externalId, ...fields }),
      );
    await state('good', { customer: { recordId: String(customer?.['Id']) } });
    await state('bad', { customer: { name: CANARY } });
    await waitForStatus(journey, connected.id, 'invoice', 'bad', 'failed');
    await waitForStatus(journey, connected.id, 'invoice', 'good', ['synced', 'failed']);
  });
  afterAll(() => journey?.close());

  const scrape = (headers: Record<string, string> = {}) =>
    fetch(`${journey.webUrl}/metrics`, { headers });
  const authorization = `Bearer ${METRICS_TOKEN}`;

  it('are there for who sends the token, and not for what came through a proxy', async () => {
    expect((await scrape({ authorization })).status).toBe(200);
    expect((await scrape()).status).toBe(401);
    expect((await scrape({ authorization: `${authorization}x` })).status).toBe(401);
    expect((await scrape({ authorization: `Bearer ${journey.apiKey}` })).status).toBe(401);
    expect((await scrape({ authorization, 'x-forwarded-for': '203.0.113.7' })).status).toBe(404);
    expect((await scrape({ authorization, forwarded: 'for=203.0.113.7' })).status).toBe(404);
  });

  it('tell what happened and what there is to do, without names and ids', async () => {
    const lines = [
      /^qbosync_documents_total\{kind="invoice",outcome="failed"\} 1$/m,
      /^qbosync_document_reasons_total\{reason="customer_missing"\} 1$/m,
      /^qbosync_failed_documents\{reason="customer_missing"\} \d+$/m,
      /^qbosync_connections\{status="connected"\} 1$/m,
      /^qbosync_qbo_request_duration_seconds_count\{op="GET query",outcome="ok",status="2xx"\} \d+$/m,
      /^qbosync_lane_answers_total\{answer="granted"\} \d+$/m,
      /^qbosync_queue_jobs\{queue="push",state="active"\} \d+$/m,
      /^qbosync_store_readable\{store="ledger"\} 1$/m,
      /^qbosync_documents\{status="failed"\} [1-9]\d*$/m,
      /^qbosync_documents\{status="syncing"\} 0$/m,
      /^qbosync_unknown_outcomes 0$/m,
      /^qbosync_throttled_companies 0$/m,
      /^qbosync_build_info\{version="\d+\.\d+\.\d+",node="v\d+\.[\d.]+"\} 1$/m,
      /^qbosync_nodejs_eventloop_lag_seconds /m,
    ];
    // What is read from the stores is some seconds old, and what happened is counted once it has.
    const text = await waitFor(
      async () => {
        const answer = await scrape({ authorization });
        expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=/);
        const all = await answer.text();
        for (const line of lines) expect(all).toMatch(line);
        return all;
      },
      { what: 'the figures' },
    );
    expect(text).not.toContain(realmId);
    expect(text).not.toContain(CANARY);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it('measure sweeps', async () => {
    const found = await waitFor(
      async () =>
        /^qbosync_sweep_duration_seconds_count ([1-9]\d*)$/m.exec(
          await (await scrape({ authorization })).text(),
        )?.[1],
      { what: 'a sweep to be counted' },
    );
    expect(Number(found)).toBeGreaterThan(0);
  });
});

describe('without METRICS_TOKEN', () => {
  it('there are no metrics', async () => {
    const journey = await startJourney({ idle: true });
    const answer = await fetch(`${journey.webUrl}/metrics`, {
      headers: { authorization: 'Bearer undefined' },
    });
    await journey.close();
    expect(answer.status).toBe(404);
  });
});
