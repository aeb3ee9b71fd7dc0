import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { urlProblem } from '../../src/deliver/endpoint-url.js';
import { openPoster, type Poster } from '../../src/deliver/post.js';
import { isPublicAddress } from '../../src/deliver/public-address.js';
import { HOSTILE_URLS } from './hostile-urls.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const message = { headers: {}, body: '{}' };
const never = new AbortController().signal;

async function aServer(answer: (path: string) => [number, Record<string, string>]) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(...answer(request.url ?? '')).end('anything');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, paths };
}

function poster(options: Partial<Parameters<typeof openPoster>[0]> = {}): Poster {
  const made = openPoster({ timeoutMs: 60_000, allowPrivate: false, ...options });
  open.push(() => made.close());
  return made;
}

describe('the address of an endpoint', () => {
  it.each(HOSTILE_URLS)('is refused where it is stated: %s', (url) => {
    expect(urlProblem(url, { allowPrivate: false })).toEqual(expect.any(String));
  });

  it.each(HOSTILE_URLS)('is not called where it came there all the same: %s', async (url) => {
    expect(await poster().post(url, message, never)).toEqual({
      kind: 'unanswered',
      cause: 'private_address',
    });
  });

  it.each([
    'https://example.com/hooks',
    'https://example.com:8443/hooks?app=1',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
  ])('is taken: %s', (url) => {
    expect(urlProblem(url, { allowPrivate: false })).toBeUndefined();
  });

  it.each(['8.8.8.8', '2606:4700::1111', '172.32.0.1', '100.128.0.1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('a name that is looked up', () => {
  const answering =
    (...addresses: string[][]): LookupFunction =>
    (_, __, done) => {
      const [found = []] = addresses.length > 1 ? addresses.splice(0, 1) : addresses;
      const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      done(null, all, 0);
    };

  it.each([
    ['to this machine', ['127.0.0.1']],
    ['to a private network beside a public address', ['93.184.216.34', '10.0.0.7']],
    ['to this machine in IPv6', ['::ffff:127.0.0.1']],
    ['nowhere', []],
  ])('leads %s: nothing is sent', async (_, addresses) => {
    const { port, paths } = await aServer(() => [200, {}]);
    const made = poster({ lookup: answering(addresses) });
    const outcome = await made.post(`https://hooks.example.com:${port}/`, message, never);
    expect(outcome).toEqual({ kind: 'unanswered', cause: 'private_address' });
    expect(paths).toEqual([]);
  });

  it('is looked up again for each connection: one that turns private is refused', async () => {
    const asked: string[] = [];
    const turning = answering(['93.184.216.34'], ['127.0.0.1']);
    const patience = new AbortController();
    const lookup: LookupFunction = (name, options, done) => {
      asked.push(name);
      turning(name, options, done);
      // Nobody waits for the one that is public.
      patience.abort();
    };
    const made = poster({ lookup });
    const url = 'https://rebinding.example.com:9/';
    await made.post(url, message, patience.signal).catch(() => undefined);
    expect(await made.post(url, message, never)).toMatchObject({ cause: 'private_address' });
    expect(asked).toHaveLength(2);
  });
});

describe('a post', () => {
  it('follows no redirect', async () => {
    const server = await aServer((path) =>
      path === '/first' ? [302, { location: '/second' }] : [200, {}],
    );
    const made = poster({ allowPrivate: true });
    expect(await made.post(`${server.url}/first`, message, never)).toMatchObject({ status: 302 });
    expect(server.paths).toEqual(['/first']);
  });

  it.each([
    ['120', 120_000],
    ['nonsense', null],
  ])('hears how long it shall wait: Retry-After %s', async (header, retryAfterMs) => {
    const server = await aServer(() => [503, { 'retry-after': header }]);
    const outcome = await poster({ allowPrivate: true }).post(server.url, message, never);
    expect(outcome).toEqual({ kind: 'answered', status: 503, retryAfterMs });
  });

  it('gives up an endpoint that says nothing', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const made = poster({ allowPrivate: true, timeoutMs: 100 });
    expect(await made.post(`http://127.0.0.1:${port}/`, message, never)).toEqual({
      kind: 'unanswered',
      cause: 'timeout',
    });
  });
});
