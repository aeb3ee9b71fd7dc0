import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createUser } from '../../src/ledger/people/users.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aLogin, asPerson, aWeb, type LoggedIn, type WebUnderTest } from '../support/web.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const CHOSEN = 'four plain words chosen';

describe('one’s own logins and password', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { limits: { loginsPerMinute: 1_000 } });
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  let people = 0;
  async function aPerson(o: { isOneTime?: boolean } = {}) {
    people += 1;
    const email = `person-${people}@example.com`;
    const { password } = await createUser(fresh.ledger, { email, role: 'admin', ...o }, 'test');
    return { email, password };
  }
  const tryLogin = ({ email, password }: { email: string; password: string }, agent = '') =>
    running.web.inject({
      method: 'POST',
      url: '/ops/login',
      headers: { 'user-agent': agent },
      payload: { email, password },
    });
  /** Calls of a browser that keeps the cookie it was given last. */
  async function logIn(who: { email: string; password: string }, agent?: string) {
    const login = await tryLogin(who, agent);
    expect(login.statusCode).toBe(200);
    const cookieOf = ({ cookies: [cookie] }: typeof login) =>
      cookie === undefined ? undefined : `${cookie.name}=${cookie.value}`;
    const person: LoggedIn = {
      cookie: cookieOf(login) ?? '',
      csrfToken: login.json().csrfToken,
      email: who.email,
    };
    return {
      person,
      call: async (...asked: Parameters<ReturnType<typeof asPerson>>) => {
        const answer = await asPerson(running.web, person)(...asked);
        person.cookie = cookieOf(answer) ?? person.cookie;
        return answer;
      },
    };
  }
  const wordOf = (answer: { json(): { type: string } }) => answer.json().type.split(':').at(-1);
  const auditOf = async (email: string) => {
    const rows = await fresh.ledger.sql<{ action: string }[]>`
      select action from audit_log where actor = ${email} order by id`;
    return rows.map(({ action }) => action);
  };

  it('are listed by browser, and ended one by one, all others, and all', async () => {
    const who = await aPerson();
    const desk = await logIn(
      who,
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    );
    const phone = await logIn(
      who,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    );
    const script = await logIn(who, 'curl/8.9');
    const stranger = await logIn(await aPerson());
    const listed = (await desk.call('GET', '/ops/account/sessions')).json().sessions;
    expect(
      listed.map(({ browser, isThis }: { browser: string; isThis: boolean }) => [browser, isThis]),
    ).toEqual(
      expect.arrayContaining([
        ['Firefox on Windows', true],
        ['Safari on iOS', false],
        [null, false],
      ]),
    );
    const [onPhone] = listed.filter(({ browser }: { browser: string }) => browser?.includes('iOS'));
    const foreign = await stranger.call('DELETE', `/ops/account/sessions/${onPhone.id}`);
    expect(foreign.statusCode).toBe(404);
    await desk.call('DELETE', `/ops/account/sessions/${onPhone.id}`);
    expect((await phone.call('GET', '/ops/session')).statusCode).toBe(401);
    expect((await script.call('GET', '/ops/session')).statusCode).toBe(200);
    const others = await desk.call('POST', '/ops/account/end-sessions', { keepThis: true });
    expect(others.json()).toEqual({ ended: 1 });
    expect((await script.call('GET', '/ops/session')).statusCode).toBe(401);
    await desk.call('POST', '/ops/account/end-sessions', {});
    expect((await desk.call('GET', '/ops/session')).statusCode).toBe(401);
    expect((await stranger.call('GET', '/ops/session')).statusCode).toBe(200);
    expect((await auditOf(who.email)).filter((action) => action.startsWith('user.'))).toEqual([
      'user.sessions_ended',
      'user.sessions_ended',
      'user.sessions_ended',
    ]);
  });

  it('take a password of one’s own for the one before, and end the other logins', async () => {
    const who = await aPerson();
    const here = await logIn(who);
    const elsewhere = await logIn(who);
    const change = (body: object) => here.call('POST', '/ops/account/password', body);
    const refusals: [object, number, string][] = [
      [{ current: 'wrong', password: CHOSEN }, 403, 'That is not your password.'],
      [{ password: CHOSEN }, 422, 'current: is required'],
      [{ current: who.password, password: 'short' }, 422, 'password: must have 12 characters'],
      [{ current: who.password, password: who.password }, 422, 'must be another one than before'],
      [{ current: who.password, password: `${who.email} and more` }, 422, 'must not hold your'],
      [{ current: who.password, password: 'abababababab' }, 422, 'must have 5 different'],
    ];
    for (const [body, status, detail] of refusals) {
      const answer = await change(body);
      expect([body, answer.statusCode]).toEqual([body, status]);
      expect(answer.json().detail).toContain(detail);
      // What was chosen is not said again.
      expect(answer.body).not.toContain(who.password);
    }
    expect((await change({ current: who.password, password: CHOSEN })).statusCode).toBe(204);
    expect((await here.call('GET', '/ops/session')).statusCode).toBe(200);
    expect((await elsewhere.call('GET', '/ops/session')).statusCode).toBe(401);
    expect((await tryLogin(who)).statusCode).toBe(401);
    expect((await tryLogin({ email: who.email, password: CHOSEN })).statusCode).toBe(200);
    expect(await auditOf(who.email)).toEqual([
      'session.started',
      'session.started',
      'session.refused',
      'user.password_changed',
      'session.proven',
      'session.started',
    ]);
  });

  it('take any password for an address of few letters, but not the address', async () => {
    const email = 'al@example.com';
    const { password: current } = await createUser(fresh.ledger, { email, role: 'viewer' }, 'test');
    const { call } = await logIn({ email, password: current });
    const change = (password: string) =>
      call('POST', '/ops/account/password', { current, password });
    expect((await change(`my ${email}`)).statusCode).toBe(422);
    expect((await change('walls, ale and a plum')).statusCode).toBe(204);
  });

  it('begin with a password an admin made, which is replaced before anything else and within a week', async () => {
    const admin = asPerson(running.web, await aLogin(fresh.ledger, running.web, 'admin'));
    const email = 'new@example.com';
    const made = (await admin('POST', '/ops/people', { email, role: 'viewer' })).json();
    const { call } = await logIn({ email, password: made.password });
    expect(wordOf(await call('GET', '/ops/documents'))).toBe('password_change_needed');
    // The admin knows that one.
    const kept = await call('POST', '/ops/account/password', { password: made.password });
    expect([kept.statusCode, kept.json().detail]).toEqual([
      422,
      expect.stringContaining('must be another one than before'),
    ]);
    expect(wordOf(await call('GET', '/ops/documents'))).toBe('password_change_needed');
    // Without the one before: the login was made with it a moment ago.
    await call('POST', '/ops/account/password', { password: CHOSEN });
    expect((await call('GET', '/ops/documents')).statusCode).toBe(200);
    expect((await call('GET', '/ops/session')).json().mustSetPassword).toBe(false);

    const { id } = made.person;
    const reset = (await admin('POST', `/ops/people/${id}/password`)).json();
    expect((await tryLogin({ email, password: CHOSEN })).statusCode).toBe(401);
    expect((await tryLogin({ email, password: reset.password })).json()).toMatchObject({
      mustSetPassword: true,
    });
    now = new Date(now.getTime() + 7 * DAY);
    expect((await tryLogin({ email, password: reset.password })).statusCode).toBe(401);
  });

  it('prove again who somebody is, under a new id of the session', async () => {
    const who = await aPerson();
    const { person, call } = await logIn(who);
    const invite = () => call('POST', '/ops/people', { email: 'x@example.com', role: 'viewer' });
    now = new Date(now.getTime() + 15 * MINUTE - 1);
    expect(
      (await call('POST', '/ops/people', { email: 'y@example.com', role: 'viewer' })).statusCode,
    ).toBe(201);
    now = new Date(now.getTime() + 1);
    expect(wordOf(await invite())).toBe('reauthentication_needed');
    const wrong = await call('POST', '/ops/session/prove', { password: 'wrong' });
    expect([wrong.statusCode, wordOf(wrong)]).toEqual([403, 'wrong_password']);
    expect(wordOf(await invite())).toBe('reauthentication_needed');
    const before = person.cookie;
    const proven = await call('POST', '/ops/session/prove', { password: who.password });
    expect(proven.json()).toMatchObject({ email: who.email, csrfToken: person.csrfToken });
    expect(person.cookie).not.toBe(before);
    const old = await running.web.inject({ url: '/ops/session', headers: { cookie: before } });
    expect(old.statusCode).toBe(401);
    expect((await invite()).statusCode).toBe(201);
    expect(await auditOf(who.email)).toEqual([
      'session.started',
      'user.created',
      'session.refused',
      'session.proven',
      'user.created',
    ]);
  });

  it('bound tries at the password, at both places where it is asked', async () => {
    const strict = await aWeb(fresh.ledger, { limits: { loginsPerMinute: 3 } });
    const viewer = await aLogin(fresh.ledger, strict.web, 'viewer');
    const call = asPerson(strict.web, viewer);
    const body = {
      '/ops/session/prove': { password: 'x' },
      '/ops/account/password': { current: 'x', password: CHOSEN },
    };
    for (const [url, payload] of Object.entries(body)) {
      const statuses: number[] = [];
      for (let tries = 0; tries < 4; tries += 1)
        statuses.push((await call('POST', url, payload)).statusCode);
      expect([url, statuses]).toEqual([url, [403, 403, 403, 429]]);
    }
    await strict.close();
  });
});
