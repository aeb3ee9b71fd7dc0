import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { PostOutcome } from '../../src/deliver/post.js';
import { afterTry, RETRY_DELAYS_MS } from '../../src/deliver/schedule.js';
import { signedHeaders } from '../../src/deliver/signature.js';
import { newSecret } from '../../src/ledger/events/endpoints.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a signature', () => {
  const body = '{"type":"document.status_changed"}';
  const message = { id: 'c.7', body, at: new Date() };

  it('is one that a library of Standard Webhooks takes', () => {
    const secret = newSecret();
    const headers = signedHeaders(message, [secret]);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(headers['webhook-id']).toBe('c.7');
  });

  it('is given with both secrets while one takes the place of the other', () => {
    const [now, before] = [newSecret(), newSecret()];
    const headers = signedHeaders(message, [now, before]);
    for (const secret of [now, before]) {
      expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    }
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow();
  });

  it('does not fit another body, and is refused when it is older than five minutes', () => {
    const secret = newSecret();
    const reader = new Webhook(secret);
    expect(() => reader.verify(`${body} `, signedHeaders(message, [secret]))).toThrow();
    const old = { ...message, at: new Date(Date.now() - 6 * MINUTE_MS) };
    expect(() => reader.verify(body, signedHeaders(old, [secret]))).toThrow();
  });
});

describe('after a try', () => {
  const rules = { delaysMs: RETRY_DELAYS_MS, random: () => 0 };
  const answered = (status: number, retryAfterMs: number | null = null): PostOutcome => ({
    kind: 'answered',
    status,
    retryAfterMs,
  });

  it.each([200, 201, 204, 299])('%i is taken', (status) => {
    expect(afterTry(answered(status), 3, rules)).toEqual({ kind: 'delivered' });
  });

  it.each<[string, PostOutcome]>([
    ['a redirect', answered(302)],
    ['404', answered(404)],
    ['500', answered(500)],
    ['no answer', { kind: 'unanswered', cause: 'ECONNREFUSED' }],
  ])('that ended with %s the event goes again', (_, outcome) => {
    expect(afterTry(outcome, 0, rules)).toEqual({ kind: 'again', delayMs: 5_000 });
  });

  it('the waits grow to a day, and after ten tries the endpoint is given up', () => {
    const waits = Array.from({ length: 10 }, (_, failures) =>
      afterTry(answered(500), failures, rules),
    );
    expect(waits.map((one) => (one.kind === 'again' ? one.delayMs : one.kind))).toEqual([
      5_000,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      14 * HOUR_MS,
      20 * HOUR_MS,
      24 * HOUR_MS,
      'disable',
    ]);
  });

  it('410 ends it at once', () => {
    expect(afterTry(answered(410), 0, rules)).toEqual({ kind: 'disable', why: 'gone' });
  });

  it('a longer pause that is asked for is kept, up to a day', () => {
    expect(afterTry(answered(429, 60_000), 0, rules)).toEqual({ kind: 'again', delayMs: 60_000 });
    expect(afterTry(answered(503, 99 * HOUR_MS), 0, rules)).toEqual({
      kind: 'again',
      delayMs: 24 * HOUR_MS,
    });
  });

  it('connections of one endpoint come back spread', () => {
    expect(afterTry(answered(500), 0, { ...rules, random: () => 0.5 })).toEqual({
      kind: 'again',
      delayMs: 5_500,
    });
  });
});
