import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordAudit } from '../../ledger/people/audit.js';
import {
  endSession,
  type LoginFacts,
  readSession,
  type Session,
  startSession,
} from '../../ledger/people/sessions.js';
import type { User } from '../../ledger/people/users.js';
import type { WebParts } from '../parts.js';
import { forbidden, type HttpProblem, unauthorized } from '../problems.js';
import { actorOf } from './access.js';
import { sessionIdOf, setSessionCookie } from './browser.js';
import { browserName } from './browser-name.js';

/** Gives the browser a session of its own; the one before, whoever's it was, is over. */
export async function beginSession(
  { ledger, config }: Pick<WebParts, 'ledger' | 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { user, ...facts }: Omit<LoginFacts, 'browser'> & { user: User },
): Promise<Session> {
  const before = sessionIdOf(request, config);
  if (before !== undefined) await endSession(ledger, before);
  const browser = browserName(request.headers['user-agent']);
  const sessionId = await startSession(ledger, user, { ...facts, browser });
  const session = await readSession(ledger, sessionId);
  // Somebody was disabled while they logged in.
  if (session === undefined) throw unauthorized('Log in first.');
  setSessionCookie(reply, config, sessionId);
  return session;
}

/** Notes that somebody logged in gave a wrong password as their own. Not 401: the session goes on. */
export async function wrongPassword(
  { ledger, log }: Pick<WebParts, 'ledger' | 'log'>,
  request: FastifyRequest,
): Promise<HttpProblem> {
  log({ event: 'login_refused', requestId: request.id });
  await recordAudit(ledger.sql, { actor: actorOf(request), action: 'session.refused' });
  return forbidden('wrong_password', 'That is not your password.');
}
