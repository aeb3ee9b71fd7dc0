import { afterEach, describe, expect, it } from '@jest/globals';
import { companyReads } from '../../src/ledger/companies/read-meter.js';
import { FencedOff } from '../../src/qbo/errors.js';
import { freePort } from '../support/ports.js';
import { waitFor } from '../support/wait-for.js';
import { aWrite, bundle, sending } from './bundle.js';
import { bomb, cut, drip, elsewhere, fault, half, html, huge, never } from './replies.js';
import {
  type Arrived,
  isTokenCall,
  type Reply,
  startScripted,
  tokenAnswer,
} from './scripted-server.js';

// The client as push writes with it, against a server that answers what it is told to.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
  const server = await startScripted(script);
  open.push(server.close);
  const made = await bundle(server.url);
  open.push(made.close);
  const read = async () => {
    const [found] = await companyReads(made.ledger, made.ledger.sql, [made.companyId]);
    return found?.month ?? 0;
  };
  return { ...made, server, read };
}

/** As a process does that has no processor for a while. */
function standStill(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

describe('a write', () => {
  it('is noted, sent byte for byte under its requestid, and its answer stored', async () => {
    const order: string[] = [];
    const body = '{"Invoice":{"Id":"12","SyncToken":"0"},"time":"x"}';
    const { client, companyId, realmId, server, requests, read } = await setup(() => {
      order.push(...requests.notes);
      return { body };
    });
    const write = aWrite(companyId, { path: 'invoice?operation=void' });
    const ending = await (await client()).write(write, sending());
    expect(ending).toEqual({ kind: 'answered', status: 200, body, intuitTid: '1-tid-1' });
    expect(order).toEqual(['sent 1']);
    expect(requests.notes).toEqual(['sent 1', 'answered 1']);
    expect(requests.endings).toEqual([ending]);
    const [call] = server.calls;
    expect(call?.body).toBe(write.body);
    expect(call?.headers['content-type']).toBe('application/json');
    expect(call?.path).toBe(
      `/v3/company/${realmId}/invoice?operation=void&requestid=${write.requestId}&minorversion=75`,
    );
    expect(await read()).toBe(0);
  });

  it('that misses its turn and finds no other one sends nothing, and comes back for the next', async () => {
    const { client, companyId, server, requests, events } = await setup(() => ({ body: '{}' }));
    const limits = {
      inFlight: 2,
      perSecond: 10,
      perMinute: 1,
      batchesPerMinute: 1_000,
      slotHoldMs: 5_000,
    };
    const late = await client({ limits, waits: { laneTurnMs: 200, laneMs: 5_000 } });
    requests.onSent = () => standStill(300);
    const write = aWrite(companyId);
    await expect(late.write(write, sending())).rejects.toMatchObject({
      name: 'LaneBusy',
      paused: false,
    });
    expect(server.calls).toHaveLength(0);
    expect(requests.notes).toEqual(['sent 1', 'not_executed 1']);
    expect(events).toContainEqual({
      event: 'qbo_not_sent',
      companyId,
      requestId: write.requestId,
      noted: true,
      error: 'LaneBusy',
    });
  });

  it.each<[string, Reply, string]>([
    ['a refusal', fault('6140'), 'answered 400'],
    ['a fault under 200', fault('6140', 200), 'answered 200'],
    ['a validation fault under 500', fault('500', 500), 'answered 500'],
    ['a system fault', fault('10000', 500, 'SystemFault'), 'unknown http 500 server_fault 10000'],
    ['HTML', html, 'unknown http 502 html'],
    ['nothing under 503', { status: 503, body: '' }, 'unknown http 503 empty'],
    ['a body cut short', { body: '{"Invoice":{"Id":"1"' }, 'unknown http 200 not_json'],
    [
      'the wrong content type',
      { headers: { 'content-type': 'text/html' }, body: '{}' },
      'answered 200',
    ],
    ['a redirect', elsewhere, 'unknown http 307 redirect'],
    ['a cut connection', cut, 'unknown ECONNRESET'],
    ['no answer in time', never, 'unknown timeout'],
    ['a drip of bytes', drip, 'unknown timeout'],
    ['an answer that is too large', huge, 'unknown too_large'],
    ['a gzip bomb', bomb, 'unknown too_large'],
    ['a 403 of 3100', fault('3100', 403, 'SERVICE'), 'not_executed 403'],
    ['a lost right', fault('120', 401, 'AuthorizationFault'), 'not_executed 403'],
  ])('that meets %s ends as it should and is sent once', async (_, reply, want) => {
    const { client, companyId, server, requests } = await setup(() => reply);
    const one = await client({ maxBodyBytes: 100_000 });
    // A busy machine has time to send it, and to hear an answer where one comes.
    const deadlineMs = want === 'unknown timeout' ? 2_000 : 60_000;
    const ending = await one.write(aWrite(companyId), { ...sending(), deadlineMs });
    const word = ending.kind === 'unknown' ? ending.cause : ending.status;
    expect(`${ending.kind} ${word}`).toBe(want);
    expect(requests.endings).toEqual([ending]);
    expect(server.calls).toHaveLength(1);
  });

  it('that meets half an answer has an unknown outcome', async () => {
    const { client, companyId } = await setup(() => half);
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'unknown' });
  });

  it('that finds nobody listening was surely not executed', async () => {
    const port = await freePort();
    const made = await bundle(`http://127.0.0.1:${port}`);
    open.push(made.close);
    const one = await made.client();
    const ending = await one.write(aWrite(made.companyId), sending());
    expect(ending).toEqual({ kind: 'not_executed', status: 0, intuitTid: null });
    expect(made.requests.notes).toEqual(['sent 1', 'not_executed 1']);
  });

  it.each([
    ['a host that does not exist', 'http://nowhere.invalid'],
    ['a server that speaks no TLS', 'tls'],
  ])('that meets %s was surely not executed', async (_, target) => {
    const server = await startScripted(() => undefined);
    open.push(server.close);
    const made = await bundle(target === 'tls' ? server.url.replace('http:', 'https:') : target);
    open.push(made.close);
    const ending = await (await made.client()).write(aWrite(made.companyId), sending());
    expect(ending).toEqual({ kind: 'not_executed', status: 0, intuitTid: null });
    expect(server.calls).toHaveLength(0);
  });

  it('that gets 401 is sent again with a fresh token, the same bytes', async () => {
    const { client, companyId, server, requests } = await setup((arrived) => {
      if (isTokenCall(arrived)) return tokenAnswer(1);
      const fresh = arrived.headers.authorization?.includes('fresh');
      return fresh ? { body: '{"Invoice":{"Id":"1"}}' } : { status: 401, body: '' };
    });
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'answered' });
    expect(requests.notes).toEqual(['sent 1', 'not_executed 1', 'sent 1', 'answered 1']);
    const [first, second] = server.calls.filter((call) => !isTokenCall(call));
    expect(second?.body).toBe(first?.body);
    expect(second?.path).toBe(first?.path);
  });

  it('that gets 401 twice ends as not executed', async () => {
    const { client, companyId, server } = await setup((arrived) =>
      isTokenCall(arrived) ? tokenAnswer(1) : { status: 401, body: '' },
    );
    const ending = await (await client()).write(aWrite(companyId), sending());
    expect(ending).toMatchObject({ kind: 'not_executed', status: 401 });
    expect(server.calls).toHaveLength(3);
  });

  it('is not sent when the lease does not last, or ended while noting it', async () => {
    const { client, companyId, server, requests } = await setup(() => undefined);
    const one = await client();
    const late = { ...sending(), mayStillSend: () => false };
    await expect(one.write(aWrite(companyId), late)).rejects.toThrow(FencedOff);
    await expect(one.write(aWrite(companyId), { ...sending(), deadlineMs: 0 })).rejects.toThrow(
      FencedOff,
    );
    expect(requests.notes).toEqual([]);
    requests.onSent = () => {
      throw new Error('fenced');
    };
    await expect(one.write(aWrite(companyId), sending())).rejects.toThrow('fenced');
    expect(server.calls).toHaveLength(0);
  });

  it('that is noted when its lease is about to end is kept back, and the log tells of it', async () => {
    const { client, companyId, server, requests, events } = await setup(() => undefined);
    const write = aWrite(companyId);
    const whileNoting = { ...sending(), mayStillSend: () => requests.notes.length === 0 };
    await expect((await client()).write(write, whileNoting)).rejects.toThrow(FencedOff);
    expect(requests.notes).toEqual(['sent 1', 'not_executed 1']);
    expect(server.calls).toHaveLength(0);
    expect(events).toContainEqual({
      event: 'qbo_not_sent',
      companyId,
      requestId: write.requestId,
      noted: true,
      error: 'FencedOff',
    });
  });

  it('that is aborted under way has an unknown outcome, which is stored', async () => {
    const { client, companyId, server, requests } = await setup(() => never);
    const abort = new AbortController();
    const one = await client();
    const ended = one.write(aWrite(companyId), { ...sending(), signal: abort.signal });
    await waitFor(() => server.calls.length > 0, { what: 'the call to arrive' });
    abort.abort();
    expect(await ended).toEqual({ kind: 'unknown', cause: 'aborted', intuitTid: null });
    expect(requests.notes).toEqual(['sent 1', 'unknown 1']);
  });

  it('gives its slot back however it ends', async () => {
    const { client, companyId, ledger } = await setup(
      (_, number) => [html, cut, never, huge, fault('6140')][number - 1],
    );
    const one = await client({ maxBodyBytes: 1_000 });
    for (const deadlineMs of [60_000, 60_000, 2_000, 60_000, 60_000]) {
      await one.write(aWrite(companyId), { ...sending(), deadlineMs });
    }
    const held = await ledger.sql`select 1 from lane_slots where held_until is not null`;
    expect(held).toHaveLength(0);
  });
});
