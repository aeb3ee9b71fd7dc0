import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConnectResult } from '../../contract/connection.js';
import { isRegisteredReturnUrl, readApp } from '../../ledger/apps/apps.js';
import { wereChangesRead } from '../../ledger/changes/changes-scope.js';
import {
  type Connecting,
  makeOauthState,
  readConnectLink,
  takeOauthState,
} from '../../ledger/connections/connect-links.js';
import { type Connection, connectionById } from '../../ledger/connections/connections.js';
import { connectAnyCompany, connectSameCompany } from '../../ledger/connections/other-company.js';
import { openImports } from '../../ledger/runs/imports.js';
import { startRun } from '../../ledger/runs/runs.js';
import { ConnectRefused } from '../../qbo/errors.js';
import { dispatchAfter } from '../after-answer.js';
import { browserIdOf, setBrowserCookie } from '../auth/browser.js';
import { loggedError } from '../log-events.js';
import type { Web, WebParts } from '../parts.js';
import { redirect } from '../schemas.js';
import { ERROR_PAGE } from './pages.js';
import { revokeQuietly } from './revoke.js';

/**
 * The customer's browser: to Intuit and back. Answers here are redirects without a body, whatever
 * happens: addresses carry secrets, and Intuit asks that none of them answers with a page.
 */

// Limits would answer with a body; a state or token that is not ours costs one indexed look-up.
const config = { access: { by: 'anyone' }, rateLimit: false } as const;
const tags = ['connecting'];

export function addConnectRoutes(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/connect/:token',
    config,
    schema: {
      tags,
      summary: 'Send the customer’s browser to Intuit',
      params: z.looseObject({ token: z.string() }),
      response: { 302: redirect },
    },
    handler: (request, reply) =>
      redirected(parts, request, reply, () => leave(parts, request, reply, request.params.token)),
  });
  web.route({
    method: 'GET',
    url: '/oauth/callback',
    config,
    // Intuit's token endpoint is waited for.
    handlerTimeout: 30_000,
    schema: {
      tags,
      summary: 'Intuit sends the browser back here; it goes on to the app’s return address',
      querystring: z.looseObject({ state: z.unknown().optional() }),
      response: { 302: redirect },
    },
    handler: (request, reply) =>
      redirected(parts, request, reply, () => comeBack(parts, request, request.query.state)),
  });
}

/** Answers 302 to wherever `work` says, and to the error page where it fails. */
async function redirected(
  { log }: WebParts,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<string>,
): Promise<FastifyReply> {
  let location = ERROR_PAGE;
  try {
    location = await work();
  } catch (error) {
    const route = request.routeOptions.url ?? '(none)';
    log({ event: 'http_failed', requestId: request.id, route, error: loggedError(error) });
  }
  return reply.code(302).header('location', location).send();
}

async function leave(
  parts: WebParts,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): Promise<string> {
  const { ledger, auth, config: webConfig } = parts;
  const link = await readConnectLink(ledger, token);
  if (link === undefined) return ERROR_PAGE;
  const { connection } = link;
  // The link is older than the lock.
  if (connection.status === 'locked') return wayBack(parts, connection, 'locked');
  // Kept when it is there: a customer may have two round trips open in two tabs.
  const browserId = browserIdOf(request, webConfig) ?? randomBytes(32).toString('base64url');
  setBrowserCookie(reply, webConfig, browserId);
  const state = await makeOauthState(ledger, connection.id, browserId, link);
  return auth.authorizeUrl({ state });
}

async function comeBack(parts: WebParts, request: FastifyRequest, state: unknown): Promise<string> {
  const { ledger, config: webConfig, log } = parts;
  const browserId = browserIdOf(request, webConfig);
  if (typeof state !== 'string' || browserId === undefined) return ERROR_PAGE;
  const connecting = await takeOauthState(ledger, state, browserId);
  if (connecting === undefined) return ERROR_PAGE;
  const { result, connectionId } = await connectWith(parts, request, connecting);
  log({ event: 'connect_ended', requestId: request.id, connectionId, result });
  return wayBack(parts, { ...connecting.connection, id: connectionId }, result);
}

/** The app's address with what came of it, where that is on the app's list still. */
async function wayBack(
  { ledger }: WebParts,
  connection: Pick<Connection, 'id' | 'appId' | 'returnUrl'>,
  result: ConnectResult,
): Promise<string> {
  const app = await readApp(ledger, connection.appId);
  if (app === undefined || !isRegisteredReturnUrl(app, connection.returnUrl)) return ERROR_PAGE;
  const location = new URL(connection.returnUrl);
  location.searchParams.set('connection', connection.id);
  location.searchParams.set('result', result);
  return location.href;
}

interface Connected {
  result: ConnectResult;
  /** Another than was asked for where another company was accepted. */
  connectionId: string;
}

async function connectWith(
  parts: WebParts,
  request: FastifyRequest,
  { connection, acceptsOther }: Connecting,
): Promise<Connected> {
  const { ledger, auth, config: webConfig, log } = parts;
  const ended = (result: ConnectResult) => ({ result, connectionId: connection.id });
  if (connection.status === 'locked') return ended('locked');
  const callbackUrl = new URL(request.url, webConfig.publicUrl).href;
  const granted = await auth.exchangeCode({ callbackUrl }).catch((error: unknown) => {
    if (!(error instanceof ConnectRefused)) {
      const facts = { requestId: request.id, what: 'exchange_code', error: loggedError(error) };
      log({ event: 'http_side_work_failed', ...facts });
    }
    return resultOf(error);
  });
  if (typeof granted === 'string') return ended(granted);
  const { realmId, ...tokens } = granted;
  const intuitClientId = webConfig.intuitClientId;
  const grant = { connectionId: connection.id, intuitClientId, realmId, tokens };
  const connect = acceptsOther ? connectAnyCompany : connectSameCompany;
  const outcome = await connect(ledger, grant, 'browser');
  if (outcome.result !== 'connected') {
    // A company others use keeps its grant: a revocation would disconnect them all.
    if (!outcome.inUse) await revokeQuietly(parts, request.id, tokens.refreshToken);
    return ended(outcome.result);
  }
  const { connectionId, companyId, revoke } = outcome;
  if (revoke !== null) await revokeQuietly(parts, request.id, revoke.refreshToken);
  await refreshAfter(parts, request, connectionId);
  dispatchAfter(request, parts, [companyId]);
  return { result: 'connected', connectionId };
}

function resultOf(error: unknown): ConnectResult {
  const isAboutScope =
    error instanceof ConnectRefused &&
    (error.why === 'invalid_scope' || error.why === 'scope_missing');
  return isAboutScope ? 'scopes_missing' : 'refused';
}

/**
 * A fresh connection knows nothing of its company yet: its lists are read first of all, what its settings
 * bring from there, and what changed there while nobody was connected, where changes were read before.
 */
async function refreshAfter(
  { ledger, wakeRun }: WebParts,
  request: FastifyRequest,
  connectionId: string,
): Promise<void> {
  const connection = await connectionById(ledger.sql, connectionId);
  if (connection === undefined || connection.companyId === null) return;
  const isBack = await wereChangesRead(ledger, connection.companyId);
  const jobs = ['refresh_master_data', ...(isBack ? (['pull_changes'] as const) : [])] as const;
  const started: number[] = [];
  for (const job of jobs) {
    const { runId } = await startRun(ledger, connection, { job, trigger: 'person' });
    started.push(runId);
  }
  for (const id of [...started, ...(await openImports(ledger, connection.id))]) {
    request.afterAnswer.push(() => wakeRun(id));
  }
}
