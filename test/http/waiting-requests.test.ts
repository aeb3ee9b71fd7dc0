import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

const WAITING_MAX = 2;
const ANSWER_MS = 300;

// A database that lets nobody find out who asks.
describe('requests that wait for the database', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let call: ReturnType<typeof withKey>;
  let document: string;
  let key: string;
  beforeAll(async () => {
    fresh = await freshLedger({ poolSize: 8 });
    running = await aWeb(fresh.ledger, {
      limits: { waitingRequests: WAITING_MAX, answerMs: ANSWER_MS },
    });
    const made = await anApp(fresh.ledger);
    key = made.key;
    call = withKey(running.web, key);
    const { connection } = await aConnected(fresh.ledger, made.app.id);
    document = `/v1/connections/${connection.id}/documents/customer/C-1`;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });
  const connections = () => call('GET', '/v1/connections');

  it('are refused in time, those that are too many at once, and all is well afterwards', async () => {
    const letGo = await holdLocks(
      fresh.ledger,
      (tx) => tx`lock table api_keys in access exclusive mode`,
    );
    const waiting = [connections(), connections()];
    await waitFor(async () => (await waitingForLocks(fresh.ledger, 'api_keys')) === WAITING_MAX, {
      what: 'two requests to wait',
    });

    const tooMany = await connections();
    const alive = await running.web.inject('/livez');
    const late = await Promise.all(waiting);
    // Their statements still wait, and so would those of any other request.
    const stillTooMany = await connections();
    await letGo();

    for (const answer of [tooMany, ...late, stillTooMany]) {
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('5');
    }
    expect(tooMany.json()).toMatchObject({ detail: 'Nothing was changed. Try again shortly.' });
    expect(alive.statusCode).toBe(200);
    const causes = running.events.flatMap((event) =>
      event.event === 'http_unavailable' ? [event.cause] : [],
    );
    expect(causes.sort()).toEqual([
      'FST_ERR_HANDLER_TIMEOUT',
      'FST_ERR_HANDLER_TIMEOUT',
      'HttpProblem',
      'HttpProblem',
    ]);
    await waitFor(async () => (await connections()).statusCode === 200, {
      what: 'requests to be served again',
    });
  });

  it('are refused in time also when their bodies were read, and leave their key free', async () => {
    const url = await running.web.listen({ host: '127.0.0.1', port: 0 });
    const letGo = await holdLocks(
      fresh.ledger,
      (tx) => tx`lock table documents in access exclusive mode`,
    );
    const put = () =>
      fetch(url + document, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': 'late',
        },
        body: JSON.stringify({ displayName: 'Acme' }),
      });

    const late = await put();
    await letGo();

    expect(late.status).toBe(503);
    expect(late.headers.get('retry-after')).toBe('5');
    await waitFor(async () => (await put()).status === 202, { what: 'the statement to be taken' });
  });
});
