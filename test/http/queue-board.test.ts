import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { ROLES } from '../../src/contract/ops.js';
import { openQueueBackend, type QueueBackend } from '../../src/queue/backend.js';
import { openQueueBoard } from '../../src/queue/board.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { describeWith } from '../support/needs.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import {
  aLogin,
  asPerson,
  aWeb,
  type LoggedIn,
  PUBLIC_URL,
  type WebUnderTest,
} from '../support/web.js';

const LIMIT_MS = 5_000;
const silent = { error() {}, warn() {}, info() {} };

describeWith('redis-server', 'Bull Board over the raw queues', () => {
  let fresh: FreshLedger;
  let redis: PrivateRedis;
  let queue: QueueBackend;
  let running: WebUnderTest;
  let operator: LoggedIn;
  beforeAll(async () => {
    fresh = await freshLedger();
    redis = await startRedis();
    queue = await openQueueBackend({ url: redis.url, log: silent, addTimeoutMs: LIMIT_MS });
    await queue.add([{ queue: 'push', subjectId: '4711', epoch: 2, priority: 1 }]);
    running = await aWeb(fresh.ledger, { queueBoard: boardOf(redis.url) });
    operator = await aLogin(fresh.ledger, running.web, 'operator');
  });
  afterAll(async () => {
    await running.close();
    await queue.close();
    await redis.stop();
    await fresh.close();
  });

  const boardOf = (url: string) => openQueueBoard({ url, log: silent, addTimeoutMs: LIMIT_MS });
  const get = (url: string) => asPerson(running.web, operator)('GET', url);
  const routes = () => running.web.routeTable.filter(({ url }) => url.startsWith('/ops/queues'));
  const addressOf = (url: string) =>
    url.replace(':queueName', 'push').replace(':jobId', 'push-4711-2').replace('*', 'favicon.ico');

  it('is for operators and those above, on every address of it, and can only be read', async () => {
    expect(routes().length).toBeGreaterThanOrEqual(12);
    const reading = routes().filter(({ method }) => ['GET', 'HEAD'].includes(method));
    expect(reading).toEqual(routes());
    for (const { access } of routes()) {
      // A page that asks by itself is nobody's activity.
      expect(access).toEqual({ by: 'person', role: 'operator', isPassive: true });
    }
    const people = new Map<string, LoggedIn | undefined>([['nobody', undefined]]);
    for (const role of ROLES) people.set(role, await aLogin(fresh.ledger, running.web, role));
    for (const [who, person] of people) {
      const headers: Record<string, string> =
        person === undefined
          ? {}
          : { cookie: person.cookie, 'x-csrf-token': person.csrfToken, origin: PUBLIC_URL };
      for (const { method, url } of routes()) {
        const asked = { method: method as InjectOptions['method'], url: addressOf(url), headers };
        const { statusCode, headers: told } = await running.web.inject(asked);
        // Bull Board has refusals of its own, as of a list that is switched off.
        const isOurs = String(told['content-type']).startsWith('application/problem+json');
        const refusal = isOurs ? statusCode : 'none';
        const expected = who === 'nobody' ? 401 : who === 'viewer' ? 403 : 'none';
        expect([who, method, url, refusal]).toEqual([who, method, url, expected]);
        expect(statusCode).toBeLessThan(500);
      }
    }
  });

  it('has no address that changes a queue, whoever asks', async () => {
    const admin = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'admin'));
    const changes = [
      ['PUT', 'pause'],
      ['PUT', 'push/pause'],
      ['PUT', 'push/empty'],
      ['PUT', 'push/obliterate'],
      ['POST', 'push/add'],
      ['PUT', 'push/push-4711-2/clean'],
      ['PUT', 'push/push-4711-2/promote'],
      ['PATCH', 'push/push-4711-2/update-data'],
    ] as const;
    for (const [method, url] of changes) {
      const answer = await admin(method, `/ops/queues/api/queues/${url}`, {});
      expect([url, answer.statusCode]).toEqual([url, 404]);
    }
    expect((await queue.counts('push')).prioritized).toBe(1);
  });

  it('shows each wake-up, which holds ids and nothing else', async () => {
    const asked = 'activeQueue=push&status=prioritized&page=1&jobsPerPage=10';
    const answer = await get(`/ops/queues/api/queues?${asked}`);
    const { queues } = answer.json();
    expect(queues.map(({ name }: { name: string }) => name).sort()).toEqual([
      'deliver',
      'pull',
      'push',
    ]);
    const push = queues.find(({ name }: { name: string }) => name === 'push');
    expect(push).toMatchObject({ readOnlyMode: true, counts: { prioritized: 1 } });
    expect(push.jobs).toHaveLength(1);
    expect(push.jobs[0]).toMatchObject({
      id: 'push-4711-2',
      data: { subjectId: '4711', epoch: 2 },
    });
    expect(Object.keys(push.jobs[0].data).sort()).toEqual(['epoch', 'subjectId']);
  });

  it('is a page of our own files that only our own pages may frame', async () => {
    const page = await get('/ops/queues/queue/push');
    expect(String(page.headers['content-security-policy']).split(';').sort()).toEqual(
      [
        "default-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "style-src 'self' 'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='",
        "base-uri 'self'",
        "frame-ancestors 'self'",
      ].sort(),
    );
    expect(page.headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.body).toContain('<base href="/ops/queues/">');
    expect(page.body).not.toMatch(/https?:|<style|style=/);
    const inline = [...page.body.matchAll(/<script(?![^>]*src=)[^>]*>/g)].map(([tag]) => tag);
    expect(inline).toEqual(['<script id="__UI_CONFIG__" type="application/json">']);
    const files = [...page.body.matchAll(/(?:href|src)="(static\/[^"]+)"/g)].map(([, at]) => at);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const answer = await get(`/ops/queues/${file}`);
      expect([file, answer.statusCode]).toEqual([file, 200]);
      expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    }
    const other = await get('/ops/queue');
    expect(other.headers['x-frame-options']).toBe('DENY');
    expect(other.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(other.json()).toEqual({ board: '/ops/queues/' });
  });

  it('says that Redis is away, and shows the queues again when it is back', async () => {
    const url = '/ops/queues/api/queues';
    expect((await get(url)).statusCode).toBe(200);
    await redis.kill();
    const answer = await get(url);
    expect([answer.statusCode, answer.json().type]).toEqual([
      503,
      'urn:qbo-sync:problem:unavailable',
    ]);
    await redis.restart();
    const isBack = async () => ((await get(url)).statusCode === 200 ? true : null);
    await waitFor(isBack, { what: 'the board to read Redis again' });
  });

  it('lets go of Redis when web closes', async () => {
    const own = await startRedis();
    const other = await aWeb(fresh.ledger, { queueBoard: boardOf(own.url) });
    const clients = async () => {
      const list = String(await own.ask((asked) => asked.call('client', 'list', 'type', 'normal')));
      // One line is this question's own.
      return list.trim().split('\n').length - 1;
    };
    const read = asPerson(other.web, await aLogin(fresh.ledger, other.web, 'operator'));
    const isAlone = async () => ((await clients()) === 0 ? true : null);
    await waitFor(isAlone, { what: 'nobody else to ask Redis' });
    expect((await read('GET', '/ops/queues/api/queues')).statusCode).toBe(200);
    expect(await clients()).toBeGreaterThanOrEqual(1);
    await other.close();
    await waitFor(isAlone, { what: 'the board’s connection to be closed' });
    await own.stop();
  });

  it('is not there where the queue is in Postgres', async () => {
    expect(boardOf('postgres://127.0.0.1:1/none')).toBeNull();
    const other = await aWeb(fresh.ledger);
    const read = asPerson(other.web, await aLogin(fresh.ledger, other.web, 'admin'));
    expect((await read('GET', '/ops/queue')).json()).toEqual({ board: null });
    for (const url of ['/ops/queues', '/ops/queues/', '/ops/queues/api/queues']) {
      expect((await read('GET', url)).statusCode).toBe(404);
    }
    await other.close();
  });
});
