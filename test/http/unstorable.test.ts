import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import type { RouteEntry } from '../../src/http/auth/access.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import { aCustomer, aLogin, aWeb, type WebUnderTest } from '../support/web.js';

const NUL = 'a\u0000b';
/** Members of queries and bodies that routes look at; those a route does not know it refuses. */
const PLACES = ['after', 'q', 'filter', 'connection', 'app', 'actor', 'state', 'email'];
/** Routes that do not end, or that end what asks them. */
const UNENDING: ReadonlySet<string> = new Set(['/ops/logout', '/ops/live']);

// PostgreSQL holds no NUL. Wherever one comes in, whoever sent it is told so, and nothing fails inside.
describe('a NUL', () => {
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let headersOf: (route: RouteEntry) => Record<string, string>;
  let connectionId: string;

  beforeAll(async () => {
    fresh = await freshLedger();
    running = await aWeb(fresh.ledger);
    const { app, key } = await anApp(fresh.ledger);
    const { connection } = await aConnected(fresh.ledger, app.id);
    connectionId = connection.id;
    const admin = await aLogin(fresh.ledger, running.web, 'admin');
    const customer = await aCustomer(fresh.ledger, running.web, connection);
    headersOf = ({ access, url }): Record<string, string> => {
      if (access?.by === 'key') return { authorization: `Bearer ${key}` };
      const { cookie, csrfToken } = url.startsWith('/customer') ? customer : admin;
      return { cookie, 'x-csrf-token': csrfToken };
    };
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const addressOf = ({ url }: RouteEntry, value: string) =>
    url.replace(/:(\w+)/g, (_, name: string) =>
      name === 'connectionId' ? connectionId : name === 'kind' ? 'invoice' : value,
    );
  async function statusOf(route: RouteEntry, url: string, payload?: object): Promise<number> {
    const method = route.method as InjectOptions['method'];
    const headers = headersOf(route);
    const answer = await running.web.inject({ method, url, headers, payload });
    return answer.statusCode;
  }
  const routes = () => running.web.routeTable.filter(({ url }) => !UNENDING.has(url));

  it('in an address or a query is no failure of ours', async () => {
    const cursor = Buffer.from(JSON.stringify([NUL, NUL])).toString('base64url');
    for (const route of routes()) {
      const addresses = [addressOf(route, encodeURIComponent(NUL))];
      if (route.method === 'GET') {
        const plain = addressOf(route, '1');
        for (const place of PLACES) {
          addresses.push(`${plain}?${new URLSearchParams({ [place]: NUL })}`);
        }
        addresses.push(`${plain}?after=${cursor}`);
      }
      for (const address of addresses) {
        const status = await statusOf(route, address);
        expect([route.method, address, status >= 500]).toEqual([route.method, address, false]);
      }
    }
  });

  it('in a body is no failure of ours', async () => {
    for (const route of routes().filter(({ method }) => method !== 'GET')) {
      const address = addressOf(route, '1');
      const bodies: object[] = [
        { email: NUL, password: NUL },
        { name: NUL, externalId: NUL, [NUL]: NUL, documentWord: NUL, reason: NUL },
        { attributes: { [NUL]: NUL } },
      ];
      for (const body of bodies) {
        const status = await statusOf(route, address, body);
        expect([route.method, address, body, status >= 500]).toEqual([
          route.method,
          address,
          body,
          false,
        ]);
      }
    }
  });
});
