import type { FastifyRequest, RouteOptions } from 'fastify';
import { mayActAs, type Role } from '../../contract/ops.js';
import { type KeyHolder, type Scope, verifyKey } from '../../ledger/apps/apps.js';
import {
  type Connection,
  connectionById,
  readConnection,
} from '../../ledger/connections/connections.js';
import type { CustomerSession } from '../../ledger/people/customer-sessions.js';
import type { Session } from '../../ledger/people/sessions.js';
import type { Web, WebParts } from '../parts.js';
import { forbidden, notFound, unauthorized, unavailable } from '../problems.js';
import { checkOrigin, checkToken, readCookieSession, readCustomerCookie } from './browser.js';
import { scrapeRefusal } from './collector.js';
import { checkRecent } from './recent.js';

/** Who may use a route. A route that does not say so is refused at start-up. */
export type Access =
  | { by: 'anyone' }
  /** A person logging in: no session yet, but a browser of our own pages. */
  | { by: 'login' }
  /** A collector of metrics that knows the installation's token and comes without a proxy. */
  | { by: 'collector' }
  /** An app's key that has one of these scopes; every key where none is named. */
  | { by: 'key'; scopes: readonly Scope[] }
  /** A person with at least this role. What is passive is nobody's activity: a page asks by itself. */
  | PersonAccess
  /** An app's customer on the page of the one connection that the address names. */
  | { by: 'customer' };

export interface PersonAccess {
  by: 'person';
  role: Role;
  isPassive?: boolean;
  /** Only soon after the person has shown who they are. Default false. */
  isRecent?: boolean;
  /** Also for who has to set their own password first. Default false. */
  isBeforePassword?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: KeyHolder | null;
    /** The connection the address names, already known to be the caller's own. */
    ownConnection: Connection | null;
    person: (Session & { sessionId: string }) | null;
    customer: CustomerSession | null;
  }
}

/** A route as tests and the start-up check see it. */
export interface RouteEntry {
  method: string;
  url: string;
  access: Access | undefined;
  documented: boolean;
}

/** Checks every request before its body is read. Routes are collected for the check at start-up. */
export function guardRoutes(web: Web, parts: WebParts): RouteEntry[] {
  const table = collectRoutes(web);
  web.decorateRequest('caller', null);
  web.decorateRequest('ownConnection', null);
  web.decorateRequest('person', null);
  web.decorateRequest('customer', null);
  let waiting = 0;
  web.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { access } = request.routeOptions.config;
    // Those of a database that stands still are not over with their answer.
    if (waiting >= parts.config.limits.waitingRequests && access?.by !== 'anyone') {
      throw unavailable('Nothing was changed. Try again shortly.');
    }
    waiting += 1;
    try {
      await admit(request, parts, access);
    } finally {
      waiting -= 1;
    }
  });
  return table;
}

async function admit(
  request: FastifyRequest,
  parts: WebParts,
  access: Access | undefined,
): Promise<void> {
  switch (access?.by) {
    case 'anyone':
      return;
    case 'login':
      return checkOrigin(request, parts.config);
    case 'collector':
      return admitCollector(request, parts);
    case 'key':
      return admitKey(request, parts, access.scopes);
    case 'person':
      return admitPerson(request, parts, access);
    case 'customer':
      return admitCustomer(request, parts);
    case undefined:
      throw forbidden('no_access', 'Nobody may use this.');
  }
}

function admitCollector({ headers }: FastifyRequest, { metrics }: WebParts): void {
  const refusal = scrapeRefusal(headers, metrics?.token);
  if (refusal === 'unauthorized') throw unauthorized('Send METRICS_TOKEN as Bearer token.');
  if (refusal === 'not_found') throw notFound('page');
}

async function admitKey(
  request: FastifyRequest,
  { ledger }: WebParts,
  scopes: readonly Scope[],
): Promise<void> {
  const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const caller = key === undefined ? undefined : await verifyKey(ledger, key);
  if (caller === undefined) throw unauthorized('Send a valid API key as Bearer token.');
  if (scopes.length > 0 && !scopes.some((scope) => caller.scopes.includes(scope))) {
    throw forbidden('missing_scope', `The key needs one of these scopes: ${scopes.join(', ')}.`);
  }
  request.caller = caller;
  const { connectionId } = request.params as { connectionId?: string };
  if (connectionId === undefined) return;
  const connection = isUuid(connectionId)
    ? await readConnection(ledger, caller.appId, connectionId)
    : undefined;
  if (connection === undefined) throw notFound('connection');
  request.ownConnection = connection;
}

async function admitPerson(
  request: FastifyRequest,
  { ledger, config }: WebParts,
  { role, isPassive = false, isRecent = false, isBeforePassword = false }: PersonAccess,
): Promise<void> {
  const isUnsafe = request.method !== 'GET';
  if (isUnsafe) checkOrigin(request, config);
  const session = await readCookieSession(request, { ledger, config, isPassive });
  if (session === undefined) throw unauthorized('Log in first.');
  if (isUnsafe) checkToken(request, session);
  if (!mayActAs(session.user.role, role)) {
    throw forbidden('missing_role', `This needs the role ${role}.`);
  }
  if (session.mustSetPassword && !isBeforePassword) {
    throw forbidden('password_change_needed', 'Set a password of your own first.');
  }
  if (isRecent) checkRecent(session, { ledger, config });
  request.person = session;
}

async function admitCustomer(request: FastifyRequest, { ledger, config }: WebParts): Promise<void> {
  const isUnsafe = request.method !== 'GET';
  if (isUnsafe) checkOrigin(request, config);
  const session = await readCustomerCookie(request, { ledger, config });
  if (session === undefined) throw unauthorized('Open the page from your application again.');
  if (isUnsafe) checkToken(request, session);
  const { connectionId } = request.params as { connectionId?: string };
  const connection =
    connectionId === session.connectionId
      ? await connectionById(ledger.sql, session.connectionId)
      : undefined;
  if (connection === undefined) throw notFound('connection');
  request.customer = session;
  request.ownConnection = connection;
}

function collectRoutes(web: Web): RouteEntry[] {
  const routes: RouteOptions[] = [];
  const table: RouteEntry[] = [];
  web.addHook('onRoute', (options) => {
    routes.push(options as RouteOptions);
  });
  // Read only when all are there: plug-ins below say who may use their routes after this hook ran.
  web.addHook('onReady', async () => {
    for (const options of routes) {
      for (const method of [options.method].flat()) {
        const schema = options.schema as { hide?: boolean } | undefined;
        const documented = schema !== undefined && schema.hide !== true;
        table.push({ method, url: options.url, access: options.config?.access, documented });
      }
    }
    const open = table.filter(({ access }) => access === undefined);
    if (open.length > 0) {
      throw new Error(`Routes do not say who may use them: ${open.map(({ url }) => url).join()}`);
    }
  });
  return table;
}

/** The app a request of an upstream app speaks for. */
export function callerOf(request: FastifyRequest): KeyHolder {
  if (request.caller === null) throw new Error('The route is not guarded by a key');
  return request.caller;
}

/** The connection a request of an upstream app, or of its customer, is about. */
export function connectionOf(request: FastifyRequest): Connection {
  if (request.ownConnection === null) throw new Error('The route names no connection');
  return request.ownConnection;
}

/** The person behind a request of the dashboard. */
export function personOf(request: FastifyRequest): Session & { sessionId: string } {
  if (request.person === null) throw new Error('The route is not guarded by a session');
  return request.person;
}

/** The customer's session behind a request of their page. */
export function customerOf(request: FastifyRequest): CustomerSession {
  if (request.customer === null)
    throw new Error('The route is not guarded by a customer’s session');
  return request.customer;
}

/** The actor of audit rows. */
export function actorOf(request: FastifyRequest): string {
  if (request.customer !== null) {
    return request.customer.actor === null ? 'customer' : `customer:${request.customer.actor}`;
  }
  if (request.person !== null) return request.person.user.email;
  return request.caller === null ? 'browser' : `key:${request.caller.keyId}`;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
