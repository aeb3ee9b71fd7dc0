import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../../src/contract/people.js';
import { createUser } from '../../src/ledger/people/users.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aLogin, asPerson, aWeb, type LoggedIn, type WebUnderTest } from '../support/web.js';

describe('an admin', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let admin: LoggedIn;
  let call: ReturnType<typeof asPerson>;
  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger, { limits: { loginsPerMinute: 100 } });
    admin = await aLogin(fresh.ledger, running.web, 'admin');
    call = asPerson(running.web, admin);
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const people = async (): Promise<Person[]> => (await call('GET', '/ops/people')).json().people;
  const find = async (email: string): Promise<Person> => {
    const found = (await people()).find((person) => person.email === email);
    if (found === undefined) throw new Error(`${email} is not listed`);
    return found;
  };
  const sessionOf = (person: LoggedIn) => asPerson(running.web, person)('GET', '/ops/session');
  const login = (email: string, password: string) =>
    running.web.inject({ method: 'POST', url: '/ops/login', payload: { email, password } });

  it('lets somebody in by a password that is answered once, and no second time', async () => {
    const invitation = { email: 'New@Example.com', role: 'operator' };
    const made = await call('POST', '/ops/people', invitation);
    expect(made.statusCode).toBe(201);
    const { person, password } = made.json();
    expect(person).toMatchObject({
      email: 'new@example.com',
      role: 'operator',
      signsInBy: ['password'],
      sessions: 0,
      disabledAt: null,
    });
    expect((await login('new@example.com', password)).json().role).toBe('operator');
    expect(await find('new@example.com')).toMatchObject({ sessions: 1 });
    const again = await call('POST', '/ops/people', invitation);
    expect([again.statusCode, again.json().type]).toEqual([
      409,
      'urn:qbo-sync:problem:person_exists',
    ]);
    expect((await call('POST', '/ops/people', { email: 'x', role: 'god' })).statusCode).toBe(422);
  });

  it('gives a role that counts from the next request on', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const asViewer = asPerson(running.web, viewer);
    expect((await asViewer('GET', '/ops/people')).statusCode).toBe(403);
    const { id } = await find(viewer.email);
    const changed = await call('PATCH', `/ops/people/${id}`, { role: 'admin' });
    expect(changed.json()).toMatchObject({ role: 'admin' });
    expect((await asViewer('GET', '/ops/people')).statusCode).toBe(200);
    await call('PATCH', `/ops/people/${id}`, { role: 'viewer' });
    expect((await asViewer('GET', '/ops/people')).statusCode).toBe(403);
  });

  it('ends all sessions of somebody, and disables and enables', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const { id } = await find(viewer.email);
    const ended = await call('POST', `/ops/people/${id}/end-sessions`);
    expect(ended.json()).toEqual({ ended: 1 });
    expect((await sessionOf(viewer)).statusCode).toBe(401);

    const { password } = (await call('POST', `/ops/people/${id}/password`)).json();
    await call('PATCH', `/ops/people/${id}`, { disabled: true });
    expect((await login(viewer.email, password)).statusCode).toBe(401);
    await call('PATCH', `/ops/people/${id}`, { disabled: false });
    expect((await login(viewer.email, password)).statusCode).toBe(200);
  });

  it('makes a new password, and the one before with its logins is over', async () => {
    const { password } = await createUser(
      fresh.ledger,
      { email: 'forgot@example.com', role: 'viewer' },
      'test',
    );
    expect((await login('forgot@example.com', password)).statusCode).toBe(200);
    const { id } = await find('forgot@example.com');
    const renewed = (await call('POST', `/ops/people/${id}/password`)).json();
    expect(await find('forgot@example.com')).toMatchObject({ sessions: 0 });
    expect((await login('forgot@example.com', password)).statusCode).toBe(401);
    expect((await login('forgot@example.com', renewed.password)).statusCode).toBe(200);
  });

  it('makes none for themselves, which nobody could read before the login is over', async () => {
    const { id } = await find(admin.email);
    const refused = await call('POST', `/ops/people/${id}/password`);
    expect([refused.statusCode, refused.json().type]).toEqual([
      409,
      'urn:qbo-sync:problem:own_password',
    ]);
    expect((await sessionOf(admin)).statusCode).toBe(200);
  });

  it('cannot leave the installation without one', async () => {
    const { id } = await find(admin.email);
    for (const change of [{ role: 'viewer' }, { disabled: true }]) {
      const refused = await call('PATCH', `/ops/people/${id}`, change);
      expect([refused.statusCode, refused.json().type]).toEqual([
        409,
        'urn:qbo-sync:problem:last_admin',
      ]);
    }
    const second = await aLogin(fresh.ledger, running.web, 'admin');
    const secondId = (await find(second.email)).id;
    // Both take the role from the other at once: one of them is left.
    const answers = await Promise.all([
      call('PATCH', `/ops/people/${secondId}`, { role: 'viewer' }),
      asPerson(running.web, second)('PATCH', `/ops/people/${id}`, { role: 'viewer' }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toContain(200);
    const admins = await fresh.ledger.sql`select 1 from users where role = 'admin'`;
    expect(admins.count).toBe(1);
    await fresh.ledger.sql`update users set role = 'admin' where email = ${admin.email}`;
  });

  it('reads what everybody did, a page at a time and by who, what and where', async () => {
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    await asPerson(running.web, viewer)('POST', '/ops/logout');
    const audit = async (query: string) => (await call('GET', `/ops/audit?${query}`)).json();

    const his = await audit(`actor=${encodeURIComponent(viewer.email)}`);
    expect(his.rows.map(({ action }: { action: string }) => action)).toEqual([
      'session.ended',
      'session.started',
    ]);
    const ofConnection = await audit(`connection=${connection.id}`);
    expect(ofConnection.rows[0]).toMatchObject({
      app: 'Harbour',
      connection: { id: connection.id, name: 'Bay Supplies' },
    });
    const ofPeople = await audit('action=user.&limit=2');
    expect(ofPeople.rows).toHaveLength(2);
    const next = await audit(`action=user.&limit=2&after=${ofPeople.after}`);
    expect(Number(next.rows[0].id)).toBeLessThan(Number(ofPeople.rows[1].id));
    const actions = new Set(
      (await audit('action=user.&limit=200')).rows.map((row: { action: string }) => row.action),
    );
    expect(actions).toEqual(
      new Set([
        'user.created',
        'user.role_changed',
        'user.sessions_ended',
        'user.disabled',
        'user.enabled',
        'user.password_renewed',
      ]),
    );
  });

  it('reads it between two moments, and as a file that no spreadsheet runs', async () => {
    const { sql } = fresh.ledger;
    await sql`
      insert into audit_log (at, actor, action, subject) values
        ('2020-01-01T10:00:00Z', '=cmd()', 'session.refused', '{"a":"one"}'),
        ('2020-01-01T11:00:00Z', 'late@example.com', 'session.refused', '{}')`;
    const span = 'from=2020-01-01T09:00:00Z&to=2020-01-01T12:00:00%2B01:00';
    const found = (await call('GET', `/ops/audit?${span}`)).json().rows;
    expect(found.map(({ actor }: { actor: string }) => actor)).toEqual(['=cmd()']);
    const file = await call('GET', `/ops/audit.csv?${span}`);
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.body.split('\r\n')).toEqual([
      '\uFEFFTime,Who,Action,App,Connection,Connection id,About',
      `2020-01-01T10:00:00.000Z,'=cmd(),session.refused,,,,"{""a"":""one""}"`,
      '',
    ]);
    const told = (await call('GET', '/ops/audit?action=audit.exported')).json().rows;
    expect(told).toMatchObject([
      { actor: admin.email, subject: { from: '2020-01-01T09:00:00.000Z' } },
    ]);
    for (const wrong of ['from=yesterday', 'from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z']) {
      expect((await call('GET', `/ops/audit?${wrong}`)).statusCode).toBe(422);
      expect((await call('GET', `/ops/audit.csv?${wrong}`)).statusCode).toBe(422);
    }
  });

  it('cannot change or remove what was noted, nor can the application', async () => {
    const { sql } = fresh.ledger;
    await expect(sql`update audit_log set actor = 'x'`).rejects.toThrow('audit_log only grows');
    await expect(sql`delete from audit_log`).rejects.toThrow('audit_log only grows');
    await expect(sql`truncate audit_log`).rejects.toThrow('audit_log only grows');
  });
});
