import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { beginKeyed, finishKeyed } from '../../src/ledger/apps/idempotency.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { anApp, RETURN_URL } from '../support/tenancy.js';
import { waitFor } from '../support/wait-for.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

describe('Idempotency-Key', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let app: Awaited<ReturnType<typeof anApp>>;
  let call: ReturnType<typeof withKey>;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    app = await anApp(fresh.ledger);
    call = withKey(running.web, app.key);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const body = (externalId: string) => ({
    externalId,
    name: 'Phone Depot',
    profile: 'auto-invoices',
    returnUrl: RETURN_URL,
  });
  const post = (key: string, payload: object) =>
    call('POST', '/v1/connections', payload, { 'idempotency-key': key });

  /** An answer waits for a second to be kept, and not for a database that is slower. */
  const isKept = (key: string) =>
    waitFor(
      async () => {
        const kept = fresh.ledger
          .sql`select 1 from idempotency_keys where key = ${key} and status is not null`;
        return (await kept).count > 0;
      },
      { what: `the answer to ${key} to be kept` },
    );

  it('gives the same answer to the same request and does it once', async () => {
    const first = await post('k-1', body('idem-1'));
    expect(first.statusCode).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    await isKept('k-1');
    const again = await post('k-1', body('idem-1'));
    expect(again.statusCode).toBe(201);
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
    });
    expect(again.body).toBe(first.body);
  });

  it('keeps the answer only encrypted', async () => {
    const [row] = await fresh.ledger.sql<{ answerCipher: Buffer }[]>`
      select answer_cipher from idempotency_keys where key = 'k-1'`;
    expect(row?.answerCipher.includes('Phone Depot')).toBe(false);
  });

  it('refuses the key with another body, and leaves other apps their own keys', async () => {
    const other = await post('k-1', body('idem-2'));
    expect(other.statusCode).toBe(422);
    expect(other.json().type).toBe('urn:qbo-sync:problem:idempotency_mismatch');
    const stranger = withKey(running.web, (await anApp(fresh.ledger)).key);
    const theirs = await stranger('POST', '/v1/connections', body('idem-1'), {
      'idempotency-key': 'k-1',
    });
    expect(theirs.statusCode).toBe(201);
  });

  it('answers 409 while the first request runs, and one of many does it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('k-2', body('idem-3'))));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).toEqual(new Set(statuses.includes(409) ? [201, 409] : [201]));
    expect(new Set(answers.flatMap((a) => (a.statusCode === 201 ? [a.body] : []))).size).toBe(1);
  });

  it('lets a request that was cut off be done again after two minutes, not before', async () => {
    const request = `POST /v1/connections\n${JSON.stringify(body('idem-4'))}`;
    const keyed = { appId: app.app.id, key: 'k-3', request };
    expect(await beginKeyed(fresh.ledger, keyed)).toEqual({ kind: 'begun' });
    expect((await post('k-3', body('idem-4'))).statusCode).toBe(409);
    await fresh.ledger.sql`
      update idempotency_keys set created_at = now() - interval '121 seconds' where key = 'k-3'`;
    expect((await post('k-3', body('idem-4'))).statusCode).toBe(201);
    await isKept('k-3');
    // The one that was cut off comes back to life: the answer that stands is not replaced.
    await finishKeyed(fresh.ledger, keyed, { status: 500, contentType: 'text/plain', body: 'x' });
    expect((await post('k-3', body('idem-4'))).statusCode).toBe(201);
  });

  it('forgets keys after 30 days', async () => {
    await post('k-4', body('idem-5'));
    await fresh.ledger.sql`
      update idempotency_keys set created_at = now() - interval '31 days' where key = 'k-4'`;
    expect((await post('k-4', body('idem-6'))).statusCode).toBe(201);
  });

  it('does not use the key up on a request that was refused as invalid', async () => {
    expect((await post('k-5', { ...body('idem-7'), profile: 'x' })).statusCode).toBe(422);
    expect((await post('k-5', body('idem-7'))).statusCode).toBe(201);
  });

  it('frees the key after a failure of ours', async () => {
    await fresh.ledger.sql`alter table settings_history rename to settings_history_away`;
    const failed = await post('k-6', body('idem-8'));
    await fresh.ledger.sql`alter table settings_history_away rename to settings_history`;
    expect(failed.statusCode).toBe(500);
    // A failure waits for that a tenth of a second.
    await waitFor(async () => (await post('k-6', body('idem-8'))).statusCode === 201, {
      what: 'the key to be free',
    });
  });

  it.each(['', 'with space', 'ü', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
    const answer = await post(key, body('idem-9'));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0].field).toBe('idempotency-key');
  });
});
