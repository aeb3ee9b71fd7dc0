import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createUser } from '../../src/ledger/people/users.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { freePort } from '../support/ports.js';
import { aWeb, type WebUnderTest } from '../support/web.js';

const MINUTE = 60_000;

// A real OpenID Connect provider on a port of its own; the browser's steps are walked over HTTP.
describe('logging in over an identity provider', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let provider: IdentityProvider;
  let running: WebUnderTest;
  let publicUrl: string;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    publicUrl = `http://127.0.0.1:${await freePort()}`;
    provider = await startIdentityProvider(`${publicUrl}/ops/single-sign-on/callback`);
    const { issuer, clientId, clientSecret } = provider;
    running = await aWeb(fresh.ledger, {
      publicUrl,
      limits: { loginsPerMinute: 1_000 },
      singleSignOn: {
        issuer,
        clientId,
        clientSecret,
        scopes: 'openid email groups',
        roleClaim: 'groups',
        roles: [
          { value: 'sync-viewers', role: 'viewer' },
          { value: 'sync-admins', role: 'admin' },
          { value: 'listed@example.com', role: 'support' },
        ],
      },
    });
  });
  beforeEach(() => provider.people.clear());
  afterAll(async () => {
    await running.close();
    await provider.close();
    await fresh.close();
  });

  const person = (name: string, groups: string[], isVerified = true) =>
    provider.people.set(name, {
      email: `${name}@example.com`,
      email_verified: isVerified,
      groups,
    });
  const get = (url: string, cookie = '') => running.web.inject({ url, headers: { cookie } });
  const cookieOf = (answer: Awaited<ReturnType<typeof get>>, name: string) => {
    const found = answer.cookies.find((cookie) => cookie.name === `qbo_sync_${name}`);
    return found === undefined || found.value === '' ? undefined : `${found.name}=${found.value}`;
  };
  async function begin(to = '') {
    const left = await get(`/ops/single-sign-on?to=${encodeURIComponent(to)}`);
    expect([left.statusCode, left.body]).toEqual([302, '']);
    return { url: String(left.headers.location), cookie: cookieOf(left, 'login') ?? '' };
  }
  const pathOf = ({ pathname, search }: URL) => `${pathname}${search}`;
  /** `isDated`: whether the provider says when; it does where an age or a login is asked for. */
  async function logIn(
    name: string,
    { to, isDated = true }: { to?: string; isDated?: boolean } = {},
  ) {
    const begun = await begin(to);
    const { cookie } = begun;
    const url = isDated ? begun.url : undated(begun.url);
    const callback = await provider.logIn(url, name);
    const back = await get(pathOf(callback), cookie);
    expect([back.statusCode, back.body]).toEqual([302, '']);
    return { to: back.headers.location, session: cookieOf(back, 'session'), callback, cookie };
  }
  function undated(url: string): string {
    const asked = new URL(url);
    for (const name of ['max_age', 'prompt']) asked.searchParams.delete(name);
    return asked.href;
  }
  const roleIn = async (session: string | undefined) =>
    (await get('/ops/session', session)).json().role;

  it('says on a fresh installation that nobody was let in yet, and that there is this way', async () => {
    expect((await get('/ops/login')).json()).toEqual({ singleSignOn: true, hasPeople: false });
    for (const url of ['/ops/session', '/ops/documents', '/ops/people'])
      expect((await get(url)).statusCode).toBe(401);
  });

  it('gives the highest role of somebody’s groups, and follows them at each login', async () => {
    person('ada', ['others', 'sync-viewers', 'sync-admins']);
    const first = await logIn('ada', { to: '/dashboard/documents?status=failed' });
    expect(first.to).toBe('/dashboard/documents?status=failed');
    expect(await roleIn(first.session)).toBe('admin');
    person('ada', ['sync-viewers']);
    expect(await roleIn((await logIn('ada')).session)).toBe('viewer');
    const people = await fresh.ledger.sql`
      select role, password_hash from users where email = 'ada@example.com'`;
    expect(people).toEqual([{ role: 'viewer', passwordHash: null }]);
    const audit = await fresh.ledger.sql`
      select action from audit_log where actor in ('single sign-on', 'ada@example.com') order by id`;
    expect(audit.map(({ action }) => action)).toEqual([
      'user.created',
      'session.started',
      'user.role_changed',
      'session.started',
    ]);
  });

  it('refuses whom nothing lets in, who lost their role, and who is disabled', async () => {
    person('eve', ['others']);
    expect(await logIn('eve')).toMatchObject({
      to: '/dashboard/?login=no_role',
      session: undefined,
    });
    person('bob', ['sync-viewers']);
    expect(await roleIn((await logIn('bob')).session)).toBe('viewer');
    person('bob', []);
    expect(await logIn('bob')).toMatchObject({ to: '/dashboard/?login=no_role' });
    person('bob', ['sync-admins']);
    await fresh.ledger.sql`update users set disabled_at = now() where email = 'bob@example.com'`;
    expect(await logIn('bob')).toMatchObject({
      to: '/dashboard/?login=disabled',
      session: undefined,
    });
  });

  it('goes by a list of addresses, but only by those the provider has verified', async () => {
    person('listed', []);
    expect(await roleIn((await logIn('listed')).session)).toBe('support');
    // Somebody else there says that the address is theirs.
    provider.people.set('mallory', {
      email: 'invited@example.com',
      email_verified: false,
      groups: ['sync-viewers'],
    });
    const invited = { email: 'invited@example.com', role: 'admin' } as const;
    const { password } = await createUser(fresh.ledger, invited, 'test');
    expect(await logIn('mallory')).toMatchObject({ to: '/dashboard/?login=no_email' });

    person('invited', []);
    expect(await roleIn((await logIn('invited')).session)).toBe('admin');
    const payload = { email: invited.email, password };
    const byPassword = await running.web.inject({ method: 'POST', url: '/ops/login', payload });
    expect(byPassword.statusCode).toBe(200);
    // The address is hers for good: nobody else there comes in by it.
    provider.people.set('trudy', { ...provider.people.get('invited'), groups: ['sync-viewers'] });
    expect(await logIn('trudy')).toMatchObject({ to: '/dashboard/?login=no_email' });
  });

  it('asks again who it is for what needs a recent login, and goes by what the provider says of it', async () => {
    person('ada', ['sync-admins']);
    const invite = async (session: string | undefined) => {
      const headers = { cookie: session ?? '' };
      const { csrfToken } = (await running.web.inject({ url: '/ops/session', headers })).json();
      const answer = await running.web.inject({
        method: 'POST',
        url: '/ops/people',
        headers: { ...headers, 'x-csrf-token': csrfToken },
        payload: { email: `guest-${Math.random()}@example.com`, role: 'viewer' },
      });
      return [answer.statusCode, answer.json().type];
    };
    const NEEDED = [403, 'urn:qbo-sync:problem:reauthentication_needed'];
    // A login of now needs no other; later it does.
    const dated = await logIn('ada');
    expect((await invite(dated.session))[0]).toBe(201);
    now = new Date(now.getTime() + 15 * MINUTE);
    expect(await invite(dated.session)).toEqual(NEEDED);

    // The provider may have let her in long ago, and does not say.
    const { session } = await logIn('ada', { isDated: false });
    expect(await invite(session)).toEqual(NEEDED);
    const proof = await running.web.inject({
      method: 'POST',
      url: '/ops/session/prove',
      headers: {
        cookie: session,
        'x-csrf-token': (await get('/ops/session', session)).json().csrfToken,
      },
      payload: { password: '' },
    });
    expect(proof.statusCode).toBe(403);

    const again = () => get('/ops/single-sign-on?again=true&to=/dashboard/people', session);
    const silent = await again();
    const silentBack = await provider.logIn(undated(String(silent.headers.location)), 'ada');
    const refused = await get(pathOf(silentBack), [session, cookieOf(silent, 'login')].join('; '));
    expect(refused.headers.location).toBe('/dashboard/?login=undated');
    expect(await invite(session)).toEqual(NEEDED);

    const left = await again();
    const asked = new URL(String(left.headers.location));
    expect([asked.searchParams.get('prompt'), asked.searchParams.get('max_age')]).toEqual([
      'login',
      '0',
    ]);
    const callback = await provider.logIn(asked.href, 'ada');
    const back = await get(pathOf(callback), [session, cookieOf(left, 'login')].join('; '));
    expect(back.headers.location).toBe('/dashboard/people');
    const renewed = cookieOf(back, 'session');
    expect((await invite(renewed))[0]).toBe(201);
    expect((await get('/ops/session', session)).statusCode).toBe(401);
    now = new Date(now.getTime() + 15 * MINUTE);
    expect(await invite(renewed)).toEqual(NEEDED);
  });

  it('takes an answer once, in the browser that asked, within ten minutes, and untouched', async () => {
    person('ada', ['sync-viewers']);
    const once = await logIn('ada');
    const replayed = await get(pathOf(once.callback), once.cookie);
    expect(replayed.headers.location).toBe('/dashboard/?login=failed');

    const { url, cookie } = await begin();
    const callback = await provider.logIn(url, 'ada');
    const other = await begin();
    for (const [cookies, why] of [
      ['', 'expired'],
      [other.cookie, 'failed'],
      [`${cookie.slice(0, -4)}AAAA`, 'expired'],
    ] as const) {
      const answer = await get(pathOf(callback), cookies);
      expect([answer.headers.location, cookieOf(answer, 'session')]).toEqual([
        `/dashboard/?login=${why}`,
        undefined,
      ]);
    }
    const touched = new URL(callback);
    touched.searchParams.set('state', 'another');
    expect((await get(pathOf(touched), cookie)).headers.location).toBe('/dashboard/?login=failed');

    const late = await begin();
    const lateCallback = await provider.logIn(late.url, 'ada');
    now = new Date(now.getTime() + 10 * MINUTE);
    const answer = await get(pathOf(lateCallback), late.cookie);
    expect(answer.headers.location).toBe('/dashboard/?login=expired');
  });

  it('sends nobody to another place than the dashboard', async () => {
    person('ada', ['sync-viewers']);
    for (const to of [
      'https://evil.example/dashboard/',
      '//evil.example/dashboard/',
      '/\\evil.example/dashboard/',
      '/v1/openapi.json',
      '/dashboard/../ops/session',
    ])
      expect([to, (await logIn('ada', { to })).to]).toEqual([to, '/dashboard/']);
  });

  it('says that it did not work where the provider is away', async () => {
    const unheard = await aWeb(fresh.ledger, {
      publicUrl,
      singleSignOn: {
        issuer: 'http://127.0.0.1:9',
        clientId: 'x',
        clientSecret: 'x',
        scopes: 'openid',
        roleClaim: 'groups',
        roles: [],
      },
    });
    const answer = await unheard.web.inject({ url: '/ops/single-sign-on' });
    expect(answer.headers.location).toBe('/dashboard/?login=failed');
    expect(unheard.events.map(({ event }) => event)).toContain('single_sign_on_failed');
    await unheard.close();
  });
});
