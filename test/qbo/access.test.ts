import { afterEach, describe, expect, it } from '@jest/globals';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import { QuickBooksUnavailable, ReconnectNeeded } from '../../src/qbo/errors.js';
import { startProxy } from '../support/proxy.js';
import { type Bundle, bundle, free } from './bundle.js';
import {
  type Arrived,
  INVALID_GRANT,
  isTokenCall,
  type Reply,
  type ScriptedServer,
  startScripted,
  tokenAnswer,
} from './scripted-server.js';

// Failures F25 to F28: several clients over one Postgres, as several processes would be, against a
// server that counts the calls of its token endpoint.

const HOUR_MS = 3_600_000;
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(
  onToken: (arrived: Arrived, number: number) => Reply | undefined,
  onCall?: (arrived: Arrived) => Reply | undefined,
) {
  let tokenCalls = 0;
  const server: ScriptedServer = await startScripted((arrived) => {
    if (!isTokenCall(arrived)) return onCall?.(arrived);
    tokenCalls += 1;
    return onToken(arrived, tokenCalls);
  });
  open.push(server.close);
  const made: Bundle = await bundle(server.url);
  open.push(made.close);
  const stored = () => tokenStore(made.ledger).read(made.companyId);
  const firstGeneration = (await stored())?.generation ?? 0;
  /** What is stored; generations are counted from 1 here, though each connection begins higher. */
  const tokens = async () => {
    const now = await stored();
    return now && { ...now, generation: now.generation - firstGeneration + 1 };
  };
  const read = async (client = made.client()) =>
    (await client).read(made.companyId, 'companyinfo/1', free());
  return { ...made, server, tokens, firstGeneration, read, tokenCalls: () => tokenCalls };
}

const bearers = ({ calls }: ScriptedServer) =>
  calls.filter((call) => !isTokenCall(call)).map(({ headers }) => headers.authorization);

describe('access tokens', () => {
  it('uses the stored token as long as it has life left', async () => {
    const { read, server, tokenCalls } = await setup((_, number) => tokenAnswer(number));
    await read();
    expect(bearers(server)).toEqual([expect.stringMatching(/^Bearer canary-access-\d+$/)]);
    expect(tokenCalls()).toBe(0);
  });

  it('makes one refresh call per generation, however many workers race', async () => {
    const { client, read, passMs, server, tokens, tokenCalls } = await setup((_, number) =>
      tokenAnswer(number),
    );
    const clients = await Promise.all(Array.from({ length: 8 }, () => client()));
    for (const generation of [2, 3, 4]) {
      passMs(2 * HOUR_MS);
      await Promise.all(
        clients.flatMap((one) => [read(Promise.resolve(one)), read(Promise.resolve(one))]),
      );
      expect(tokenCalls()).toBe(generation - 1);
      expect(await tokens()).toMatchObject({
        generation,
        accessToken: `canary-access-fresh-${generation - 1}`,
        refreshToken: `canary-refresh-fresh-${generation - 1}`,
      });
      const fresh = `Bearer canary-access-fresh-${generation - 1}`;
      expect(new Set(bearers(server).slice(-16))).toEqual(new Set([fresh]));
    }
  });

  it('refreshes at 80 % of the life, and asks for the end of the five years', async () => {
    const { client, read, passMs, server, tokens, tokenCalls } = await setup((_, number) =>
      tokenAnswer(number, { x_refresh_token_hard_expires_in: 157_680_000 }),
    );
    const one = client();
    await read(one);
    passMs(0.78 * HOUR_MS);
    await read(one);
    expect(tokenCalls()).toBe(0);
    passMs(0.04 * HOUR_MS);
    await read(one);
    expect(tokenCalls()).toBe(1);
    const call = server.calls.find(isTokenCall);
    expect(call?.headers['x-include-refresh-token-hard-expires-in']).toBe('true');
    expect(call?.body).toMatch(/^grant_type=refresh_token&refresh_token=canary-refresh-\d+$/);
    const stored = await tokens();
    expect(stored?.hardExpiresAt?.getUTCFullYear()).toBe(new Date().getUTCFullYear() + 5);
  });

  it('does not refresh in a storm where tokens live short', async () => {
    const { client, read, passMs, tokenCalls } = await setup((_, number) =>
      tokenAnswer(number, { expires_in: 60 }),
    );
    const one = client();
    passMs(2 * HOUR_MS);
    for (let call = 0; call < 5; call += 1) await read(one);
    expect(tokenCalls()).toBe(1);
  });

  it('stores a new set before it is used', async () => {
    const stored: number[] = [];
    const { read, passMs, tokens } = await setup(
      (_, number) => tokenAnswer(number),
      () => async (response) => {
        stored.push((await tokens())?.generation ?? 0);
        response.setHeader('content-type', 'application/json').end('{}');
      },
    );
    passMs(2 * HOUR_MS);
    await read();
    expect(stored).toEqual([2]);
  });

  it('keeps the previous refresh token only where the value changed', async () => {
    const same = { refresh_token: 'canary-refresh-same' };
    const { client, read, passMs, tokens } = await setup((_, number) => tokenAnswer(number, same));
    const first = (await tokens())?.refreshToken;
    const one = client();
    passMs(2 * HOUR_MS);
    await read(one);
    expect((await tokens())?.previousRefreshToken).toBe(first);
    passMs(2 * HOUR_MS);
    await read(one);
    expect((await tokens())?.previousRefreshToken).toBe(first);
  });
});

describe('a refresh that fails', () => {
  const html: Reply = {
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html>no</html>',
  };
  const lost: Reply = (response) => void response.destroy();
  const never: Reply = () => undefined;
  it.each<[string, Reply]>([
    ['500', { status: 500, body: '{"error":"invalid_grant"}' }],
    ['429', { status: 429, body: '' }],
    ['HTML', html],
    ['a lost answer', lost],
    ['no answer in time', never],
    ['a 200 without tokens', { body: '{"error":"invalid_grant"}' }],
    ['an empty token', tokenAnswer(1, { refresh_token: '' })],
    ['a missing life', tokenAnswer(1, { expires_in: undefined })],
    ['a wrong client secret', { status: 401, body: '{"error":"invalid_client"}' }],
    ['another 400', { status: 400, body: '{"error":"invalid_request"}' }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }],
  ])('with %s keeps the tokens, is not repeated at once, and works later', async (_, reply) => {
    let failing = true;
    const { client, read, passMs, tokens, tokenCalls } = await setup((_arrived, number) =>
      failing ? reply : tokenAnswer(number),
    );
    const before = await tokens();
    const one = client();
    passMs(2 * HOUR_MS);
    await expect(read(one)).rejects.toThrow(QuickBooksUnavailable);
    expect(tokenCalls()).toBe(1);
    expect(await tokens()).toEqual(before);
    failing = false;
    await read(one);
    expect(await tokens()).toMatchObject({ generation: 2, usable: true });
  });

  it('does not disturb calls while the old token lives', async () => {
    const { client, read, passMs, tokenCalls } = await setup(() => html);
    const one = client();
    await read(one);
    passMs(0.9 * HOUR_MS);
    await read(one);
    await read(one);
    expect(tokenCalls()).toBe(1);
    passMs(60_000);
    await read(one);
    expect(tokenCalls()).toBe(2);
  });

  it('lets another process take over when the one that refreshes died', async () => {
    const { client, read, passMs, ledger, companyId, tokens, firstGeneration } = await setup(
      (_, number) => tokenAnswer(number),
    );
    passMs(2 * HOUR_MS);
    expect(await tokenStore(ledger).claimRefresh(companyId, firstGeneration, 150)).toBe(true);
    await read(client({ waits: { tokenWaitMs: 5_000 } }));
    expect(await tokens()).toMatchObject({ generation: 2 });
  });

  it('does not lose a new set when the database is away for a moment', async () => {
    let away: () => Promise<void> = async () => undefined;
    const { client, read, passMs, tokens, tokenCalls, databaseUrl } = await setup(
      (_, number) => async (response) => {
        await away();
        const reply = tokenAnswer(number);
        if (typeof reply === 'function') throw new Error('A reply was expected');
        response.setHeader('content-type', 'application/json').end(reply.body);
      },
    );
    const proxy = await startProxy(Number(new URL(databaseUrl).port));
    open.push(proxy.close);
    const one = client({ throughProxy: proxy.through });
    await read(one);
    let failed = Promise.resolve();
    away = async () => {
      failed = proxy.cutAfter(0, 'forth').then(() => proxy.pass());
    };
    passMs(2 * HOUR_MS);
    await read(one);
    await failed;
    expect(await tokens()).toMatchObject({ generation: 2, refreshToken: 'canary-refresh-fresh-1' });
    expect(tokenCalls()).toBe(1);
  });

  it('waits only so long for another process', async () => {
    const { client, read, passMs, ledger, companyId, firstGeneration } = await setup(() => html);
    passMs(2 * HOUR_MS);
    await tokenStore(ledger).claimRefresh(companyId, firstGeneration, 60_000);
    const hurried = client({ waits: { tokenWaitMs: 50 } });
    await expect(read(hurried)).rejects.toMatchObject({ cause: 'refresh_elsewhere' });
  });
});

describe('invalid_grant', () => {
  it('tries the token before once, then needs a reconnect and calls nobody any more', async () => {
    const asked: string[] = [];
    const { client, read, passMs, tokens, tokenCalls, server } = await setup((arrived, number) => {
      asked.push(new URLSearchParams(arrived.body).get('refresh_token') ?? '');
      return number === 1 ? tokenAnswer(1) : INVALID_GRANT;
    });
    const first = (await tokens())?.refreshToken;
    const one = client();
    passMs(2 * HOUR_MS);
    await read(one);
    passMs(2 * HOUR_MS);
    await expect(read(one)).rejects.toMatchObject({ why: 'refresh_token_refused' });
    expect(asked).toEqual([first, 'canary-refresh-fresh-1', first]);
    expect(await tokens()).toMatchObject({ generation: 2, usable: false });
    const calls = server.calls.length;
    await expect(read(one)).rejects.toThrow(ReconnectNeeded);
    expect(server.calls).toHaveLength(calls);
    expect(tokenCalls()).toBe(3);
  });

  it('recovers with the token before where the newer one was lost', async () => {
    const { client, read, passMs, tokens } = await setup((arrived, number) =>
      arrived.body.includes('refresh-fresh-1') ? INVALID_GRANT : tokenAnswer(number),
    );
    const one = client();
    passMs(2 * HOUR_MS);
    await read(one);
    passMs(2 * HOUR_MS);
    await read(one);
    expect(await tokens()).toMatchObject({
      generation: 3,
      usable: true,
      refreshToken: 'canary-refresh-fresh-3',
    });
  });

  it('uses what another process stored meanwhile', async () => {
    const { client, read, passMs, tokens, ledger, companyId, server } = await setup(
      () => async (response) => {
        const store = tokenStore(ledger);
        const mine = await store.read(companyId);
        if (mine === undefined) throw new Error('No tokens');
        const later = new Date(Date.now() + 10 * HOUR_MS);
        await store.saveRefreshed(companyId, mine.generation, {
          ...mine,
          accessToken: 'canary-access-theirs',
          accessExpiresAt: later,
        });
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":"invalid_grant"}');
      },
    );
    passMs(2 * HOUR_MS);
    await read(client());
    expect(bearers(server)).toEqual(['Bearer canary-access-theirs']);
    expect(await tokens()).toMatchObject({ generation: 2, usable: true });
  });

  it('of both tokens spares those that a reconnect stored meanwhile', async () => {
    const { client, read, passMs, tokens, ledger, companyId, server } = await setup((_, number) => {
      if (number < 3) return number === 1 ? tokenAnswer(1) : INVALID_GRANT;
      return async (response) => {
        const accessCipher = ledger.cipher.encrypt(`tokens.access:${companyId}`, 'canary-new');
        await ledger.sql`
            update tokens set generation = generation + 1, access_cipher = ${accessCipher},
              access_expires_at = access_expires_at + interval '1 day'
            where company_id = ${companyId}`;
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":"invalid_grant"}');
      };
    });
    const one = client();
    passMs(2 * HOUR_MS);
    await read(one);
    passMs(2 * HOUR_MS);
    await read(one);
    expect(bearers(server).at(-1)).toBe('Bearer canary-new');
    expect(await tokens()).toMatchObject({ generation: 3, usable: true });
  });
});

describe('a 401 of the API', () => {
  const unauthorized: Reply = { status: 401, body: '' };

  it('gets a newer token and asks once more', async () => {
    const { read, server, tokenCalls } = await setup(
      (_, number) => tokenAnswer(number),
      ({ headers }) =>
        headers.authorization?.includes('fresh') ? { body: '{"ok":1}' } : unauthorized,
    );
    expect(await read()).toEqual({ ok: 1 });
    expect(tokenCalls()).toBe(1);
    expect(server.calls).toHaveLength(3);
  });

  it('takes the newer token that is there already', async () => {
    const { client, read, tokenCalls } = await setup(
      (_, number) => tokenAnswer(number),
      ({ headers }) => (headers.authorization?.includes('fresh') ? undefined : unauthorized),
    );
    const clients = await Promise.all(Array.from({ length: 4 }, () => client()));
    await Promise.all(clients.map((one) => read(Promise.resolve(one))));
    expect(tokenCalls()).toBe(1);
  });

  it('needs a reconnect when a fresh token is refused as well', async () => {
    const { read, server, tokens } = await setup(
      (_, number) => tokenAnswer(number),
      () => unauthorized,
    );
    await expect(read()).rejects.toMatchObject({ why: 'access_token_refused' });
    expect(bearers(server)).toHaveLength(2);
    expect(await tokens()).toMatchObject({ generation: 2, usable: true });
  });

  it('needs a reconnect at once when the company is barred to us', async () => {
    const fault = { fault: { error: [{ message: 'x', code: '3100' }], type: 'SERVICE' } };
    const { read, server } = await setup(
      () => undefined,
      () => ({ status: 403, body: JSON.stringify(fault) }),
    );
    await expect(read()).rejects.toMatchObject({ why: 'not_authorized' });
    expect(server.calls).toHaveLength(1);
  });
});

describe('what is told', () => {
  it('holds no token, secret or realm id', async () => {
    const { client, read, passMs, events, realmId } = await setup((_, number) =>
      number === 1 ? tokenAnswer(1) : INVALID_GRANT,
    );
    const one = client();
    passMs(2 * HOUR_MS);
    await read(one);
    passMs(2 * HOUR_MS);
    const error = await read(one).catch((failure: unknown) => failure);
    const told = `${JSON.stringify(events)} ${String(error)} ${JSON.stringify(error)}`;
    expect(events.map(({ event }) => event)).toContain('qbo_token_refresh');
    expect(told).not.toContain('canary');
    expect(told).not.toContain(realmId);
  });
});
