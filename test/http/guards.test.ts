import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { ROLES, type Role } from '../../src/contract/ops.js';
import type { RouteEntry } from '../../src/http/auth/access.js';
import { revokeKey } from '../../src/ledger/apps/apps.js';
import { createUser } from '../../src/ledger/people/users.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aCustomer, aLogin, aWeb, PUBLIC_URL, type WebUnderTest, withKey } from '../support/web.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Values for the parameters of a route; only the connection decides what these tests look at. */
const PARAMETERS: Record<string, string> = {
  kind: 'invoice',
  externalId: 'INV-1',
  type: 'customer',
  recordId: '1',
  runId: '1',
  id: '1',
  requestId: '1',
  personId: NOBODY,
  sessionId: NOBODY,
};

/** Who may do what on the dashboard: reviewed when a line changes. */
const ROLE_OF: Record<string, Role> = {
  'GET /ops/session': 'viewer',
  'POST /ops/logout': 'viewer',
  'GET /ops/documents': 'viewer',
  'GET /ops/documents/:id': 'viewer',
  'POST /ops/documents/:id/retry': 'operator',
  'POST /ops/documents/:id/skip': 'operator',
  'POST /ops/documents/:id/link': 'support',
  'POST /ops/documents/:id/look-again': 'operator',
  'POST /ops/documents/:id/mark-handled': 'operator',
  'POST /ops/documents/:id/recreate': 'support',
  'POST /ops/documents/:id/override': 'support',
  'POST /ops/documents/:id/reveal': 'support',
  'POST /ops/documents/:id/correct': 'support',
  'POST /ops/documents/:id/correct/preview': 'support',
  'POST /ops/documents/retry': 'operator',
  'GET /ops/documents/:id/inspection': 'viewer',
  'POST /ops/documents/:id/requests/:requestId/reveal': 'support',
  'GET /ops/documents.csv': 'viewer',
  'GET /ops/figures': 'viewer',
  'GET /ops/live': 'viewer',
  'GET /ops/queue': 'operator',
  'GET /ops/connections': 'viewer',
  'GET /ops/connections/:connectionId': 'viewer',
  'GET /ops/connections/:connectionId/records/:type': 'viewer',
  'PATCH /ops/connections/:connectionId/records/:type/:recordId': 'operator',
  'POST /ops/connections/:connectionId/pause': 'operator',
  'POST /ops/connections/:connectionId/page-link': 'support',
  'POST /ops/connections/:connectionId/resume': 'operator',
  'POST /ops/connections/:connectionId/runs': 'operator',
  'POST /ops/connections/:connectionId/finalize': 'support',
  'POST /ops/connections/:connectionId/unlock': 'support',
  'GET /ops/settings-schema': 'viewer',
  'PATCH /ops/connections/:connectionId/settings': 'support',
  'POST /ops/connections/:connectionId/settings/check': 'support',
  'GET /ops/runs': 'viewer',
  'POST /ops/runs/:runId/retry': 'operator',
  'GET /ops/connections/:connectionId/hold': 'viewer',
  'PUT /ops/connections/:connectionId/hold': 'operator',
  'DELETE /ops/connections/:connectionId/hold': 'operator',
  'GET /ops/causes': 'viewer',
  'GET /ops/causes/:id': 'viewer',
  'POST /ops/causes/:id/look': 'operator',
  'POST /ops/causes/:id/release': 'operator',
  'GET /ops/bulk-actions': 'viewer',
  'GET /ops/bulk-actions/:id': 'viewer',
  'GET /ops/bulk-actions/:id/standing': 'viewer',
  'GET /ops/bulk-actions/:id/documents': 'viewer',
  'POST /ops/bulk-actions': 'operator',
  'POST /ops/bulk-actions/:id/abort': 'operator',
  'GET /ops/people': 'admin',
  'POST /ops/people': 'admin',
  'PATCH /ops/people/:personId': 'admin',
  'POST /ops/people/:personId/end-sessions': 'admin',
  'POST /ops/people/:personId/password': 'admin',
  'GET /ops/audit': 'admin',
  'GET /ops/audit.csv': 'admin',
  'POST /ops/session/prove': 'viewer',
  'GET /ops/account/sessions': 'viewer',
  'DELETE /ops/account/sessions/:sessionId': 'viewer',
  'POST /ops/account/end-sessions': 'viewer',
  'POST /ops/account/password': 'viewer',
};

/** What a person may do only soon after showing who they are, however little it is about. */
const RECENT_ALONE = [
  'POST /ops/documents/:id/requests/:requestId/reveal',
  'POST /ops/documents/:id/reveal',
  'POST /ops/people',
  'PATCH /ops/people/:personId',
  'POST /ops/connections/:connectionId/page-link',
  'POST /ops/people/:personId/password',
];

/** What somebody with a password an admin made may do before they have set their own. */
const BEFORE_PASSWORD = [
  'GET /ops/session',
  'POST /ops/session/prove',
  'POST /ops/logout',
  'POST /ops/account/password',
];

/** Routes that end what asks them, or that end with it. */
const UNENDING: ReadonlySet<string> = new Set([
  '/ops/logout',
  '/ops/live',
  '/ops/account/end-sessions',
]);

describe('every route', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let foreignId: string;
  let key: string;
  let routes: RouteEntry[];
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger);
    const foreign = await anApp(fresh.ledger);
    foreignId = (await aConnected(fresh.ledger, foreign.app.id)).connection.id;
    key = (await anApp(fresh.ledger)).key;
    routes = running.web.routeTable;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const addressOf = ({ url }: RouteEntry, connectionId = NOBODY) =>
    url.replace(/:(\w+)/g, (_, name: string) =>
      name === 'connectionId' ? connectionId : (PARAMETERS[name] ?? name),
    );
  const ask = ({ method }: RouteEntry, url: string, headers: Record<string, string> = {}) =>
    running.web.inject({ method: method as InjectOptions['method'], url, headers });
  const keyed = () => routes.filter(({ access }) => access?.by === 'key');
  const personal = () => routes.filter(({ access }) => access?.by === 'person');

  it('says who may use it, and only these are open to anyone', () => {
    const open = routes.filter(({ access }) => access?.by === 'anyone').map(({ url }) => url);
    const own = open.filter((url) => !url.startsWith('/docs'));
    expect(own.sort()).toEqual(
      [
        '/',
        '/connect/:token',
        '/connect/again',
        '/connect/disconnected',
        '/connect/error',
        '/connection/expired',
        '/connection/open/:token',
        '/livez',
        '/oauth/callback',
        '/ops/login',
        '/oauth/disconnected',
        '/oauth/reconnect',
        '/readyz',
        '/v1/openapi.json',
        '/webhooks/intuit',
      ].sort(),
    );
    expect(keyed().length).toBeGreaterThanOrEqual(23);
  });

  it('below /v1 answers 401 without a key, with a wrong one and with a wrong scheme', async () => {
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    for (const route of keyed()) {
      for (const authorization of [undefined, `Bearer ${wrong}`, `Basic ${key}`, 'Bearer']) {
        const headers: Record<string, string> = authorization ? { authorization } : {};
        const answer = await ask(route, addressOf(route), headers);
        expect([route.url, answer.statusCode]).toEqual([route.url, 401]);
        expect(answer.headers['www-authenticate']).toBe('Bearer');
      }
    }
  });

  it('answers 404 for a connection of another app, one that is not there, and a wrong id', async () => {
    const headers = { authorization: `Bearer ${key}` };
    for (const route of keyed().filter(({ url }) => url.includes(':connectionId'))) {
      for (const connectionId of [foreignId, NOBODY, 'x', "'"]) {
        const answer = await ask(route, addressOf(route, connectionId), headers);
        expect([route.url, connectionId, answer.statusCode]).toEqual([
          route.url,
          connectionId,
          404,
        ]);
        expect(answer.json().detail).toBe('There is no such connection.');
      }
    }
  });

  it('does not list what is another app’s', async () => {
    const list = await withKey(running.web, key)('GET', '/v1/connections');
    expect(list.json().connections).toEqual([]);
  });

  it('answers 403 to a key without one of its scopes', async () => {
    const reader = await anApp(fresh.ledger, { scopes: ['read'] });
    const { connection } = await aConnected(fresh.ledger, reader.app.id);
    const headers = { authorization: `Bearer ${reader.key}` };
    for (const route of keyed()) {
      if (route.access?.by !== 'key') continue;
      const mayRead = route.access.scopes.length === 0 || route.access.scopes.includes('read');
      const answer = await ask(route, addressOf(route, connection.id), headers);
      expect([route.method, route.url, answer.statusCode === 403]).toEqual([
        route.method,
        route.url,
        !mayRead,
      ]);
      // A key that only reads never writes.
      expect(mayRead).toBe(route.method === 'GET');
    }
  });

  it('below /ops answers 401 without a session and 403 to requests from other sites', async () => {
    const admin = await aLogin(fresh.ledger, running.web, 'admin');
    const own = { cookie: admin.cookie, 'x-csrf-token': admin.csrfToken };
    for (const route of personal()) {
      expect((await ask(route, addressOf(route))).statusCode).toBe(401);
      if (route.method === 'GET') continue;
      const foreign: Record<string, string>[] = [
        { ...own, origin: 'https://evil.example' },
        { ...own, 'sec-fetch-site': 'cross-site' },
        { ...own, 'sec-fetch-site': 'same-site' },
        { cookie: admin.cookie },
        { cookie: admin.cookie, 'x-csrf-token': 'x' },
      ];
      for (const headers of foreign) {
        const answer = await ask(route, addressOf(route), headers);
        expect([route.url, headers, answer.statusCode]).toEqual([route.url, headers, 403]);
      }
      const login = await running.web.inject({
        method: 'POST',
        url: '/ops/login',
        headers: { origin: 'https://evil.example' },
        payload: { email: admin.email, password: 'x' },
      });
      expect(login.statusCode).toBe(403);
    }
  });

  it('below /customer answers 401 without a session, 403 to other sites, 404 for another connection', async () => {
    const { app } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    const { cookie, csrfToken } = await aCustomer(fresh.ledger, running.web, connection);
    const own = { cookie, 'x-csrf-token': csrfToken };
    const admin = await aLogin(fresh.ledger, running.web, 'admin');
    const customers = routes.filter(({ access }) => access?.by === 'customer');
    expect(customers.length).toBeGreaterThanOrEqual(11);
    for (const route of customers) {
      for (const headers of [{}, { cookie: admin.cookie }, { authorization: `Bearer ${key}` }]) {
        const answer = await ask(route, addressOf(route, connection.id), headers as never);
        expect([route.url, answer.statusCode]).toEqual([route.url, 401]);
      }
      for (const connectionId of [foreignId, NOBODY, 'x', "'"]) {
        const answer = await ask(route, addressOf(route, connectionId), own);
        expect([route.url, answer.statusCode]).toEqual([route.url, 404]);
        expect(answer.json().detail).toBe('There is no such connection.');
      }
      if (route.method === 'GET') continue;
      const foreign: Record<string, string>[] = [
        { ...own, origin: 'https://evil.example' },
        { ...own, 'sec-fetch-site': 'cross-site' },
        { cookie },
        { cookie, 'x-csrf-token': admin.csrfToken },
      ];
      for (const headers of foreign) {
        const answer = await ask(route, addressOf(route, connection.id), headers);
        expect([route.url, headers, answer.statusCode]).toEqual([route.url, headers, 403]);
      }
    }
    for (const route of personal()) {
      expect((await ask(route, addressOf(route), { cookie })).statusCode).toBe(401);
    }
  });

  it('below /ops lets each role do what those before it may, and no more', async () => {
    for (const role of ROLES) {
      const person = await aLogin(fresh.ledger, running.web, role);
      const headers = { cookie: person.cookie, 'x-csrf-token': person.csrfToken };
      for (const route of personal().filter(({ url }) => !UNENDING.has(url))) {
        const answer = await ask(route, addressOf(route), { ...headers, origin: PUBLIC_URL });
        const needed = route.access?.by === 'person' ? route.access.role : undefined;
        const mayUse = needed !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
        expect([role, route.method, route.url, answer.statusCode !== 403]).toEqual([
          role,
          route.method,
          route.url,
          mayUse,
        ]);
      }
    }
  });

  it('below /ops asks who it is again where something is revealed or power is given', async () => {
    const admin = await aLogin(fresh.ledger, running.web, 'admin');
    const headers = { cookie: admin.cookie, 'x-csrf-token': admin.csrfToken, origin: PUBLIC_URL };
    const refused = async () => {
      const words: string[] = [];
      for (const route of personal().filter(({ url }) => !UNENDING.has(url))) {
        const answer = await ask(route, addressOf(route), headers);
        if (answer.statusCode !== 403) continue;
        expect(answer.json().type).toBe('urn:qbo-sync:problem:reauthentication_needed');
        words.push(`${route.method} ${route.url}`);
      }
      return words.sort();
    };
    expect(await refused()).toEqual([]);
    now = new Date(now.getTime() + 15 * 60_000);
    expect(await refused()).toEqual([...RECENT_ALONE].sort());
  });

  it('below /ops lets in who still has to set a password to little more than that', async () => {
    const { ledger } = fresh;
    const invited = { email: 'invited@example.com', role: 'admin', isOneTime: true } as const;
    const { password } = await createUser(ledger, invited, 'test');
    const login = await running.web.inject({
      method: 'POST',
      url: '/ops/login',
      payload: { email: invited.email, password },
    });
    expect(login.json()).toMatchObject({ role: 'admin', mustSetPassword: true });
    const [cookie] = login.cookies;
    const headers = {
      cookie: `${cookie?.name}=${cookie?.value}`,
      'x-csrf-token': login.json().csrfToken,
      origin: PUBLIC_URL,
    };
    const open: string[] = ['POST /ops/logout'];
    for (const route of personal().filter(({ url }) => url !== '/ops/logout')) {
      const answer = await ask(route, addressOf(route), headers);
      const isRefused =
        answer.statusCode === 403 &&
        answer.json().type === 'urn:qbo-sync:problem:password_change_needed';
      if (!isRefused) open.push(`${route.method} ${route.url}`);
    }
    expect(open.sort()).toEqual([...BEFORE_PASSWORD].sort());
  });

  it('below /ops names the least role that may use it', () => {
    const table = personal().map(({ method, url, access }) => [
      `${method} ${url}`,
      access?.by === 'person' ? access.role : undefined,
    ]);
    expect(Object.fromEntries(table)).toEqual(ROLE_OF);
  });

  it('stands in the OpenAPI description, with its answers', async () => {
    const description = (await running.web.inject({ url: '/v1/openapi.json' })).json();
    expect(description.openapi).toBe('3.1.0');
    const described = Object.entries<Record<string, unknown>>(description.paths).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const expected = routes
      .filter(({ url }) => url !== '/' && !url.startsWith('/docs'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(expected.sort());
    const put = '/v1/connections/{connectionId}/documents/invoice/{externalId}';
    expect(description.paths[put].put).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { 202: {}, '4XX': { content: { 'application/problem+json': {} } } },
    });
  });

  it('does not take a key that was revoked or has expired', async () => {
    const { app, key: live, keyId } = await anApp(fresh.ledger);
    const call = withKey(running.web, live);
    expect((await call('GET', '/v1/connections')).statusCode).toBe(200);
    await revokeKey(fresh.ledger, keyId, 'test');
    expect((await call('GET', '/v1/connections')).statusCode).toBe(401);
    const { createKey } = await import('../../src/ledger/apps/apps.js');
    const expiresAt = new Date(now.getTime() + 1_000);
    const short = await createKey(
      fresh.ledger,
      { appId: app.id, scopes: ['read'], expiresAt },
      'test',
    );
    const callShort = withKey(running.web, short.key);
    expect((await callShort('GET', '/v1/connections')).statusCode).toBe(200);
    now = new Date(now.getTime() + 1_000);
    expect((await callShort('GET', '/v1/connections')).statusCode).toBe(401);
  });
});
