import { z } from 'zod';
import { type OpsSession, opsSession } from '../../contract/ops.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { endSession, type Session, startSession } from '../../ledger/people/sessions.js';
import { verifyLogin } from '../../ledger/people/users.js';
import { personOf } from '../auth/access.js';
import { clearSessionCookie, sessionIdOf, setSessionCookie } from '../auth/browser.js';
import type { Web, WebParts } from '../parts.js';
import { HttpProblem } from '../problems.js';
import { noBody, problems } from '../schemas.js';

const tags = ['dashboard'];
const loggedOut = z.undefined().describe('The session is over.');

/** Logging in and out of the dashboard. */
export function addLoginRoutes(web: Web, parts: WebParts): void {
  addLogin(web, parts);
  web.route({
    method: 'GET',
    url: '/ops/session',
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'Who is logged in',
      response: { 200: opsSession, ...problems },
    },
    handler: async (request) => answerOf(personOf(request)),
  });
  web.route({
    method: 'POST',
    url: '/ops/logout',
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'Log out: the session is over on the server',
      body: noBody,
      response: { 204: loggedOut, ...problems },
    },
    handler: async (request, reply) => {
      await endSession(parts.ledger, personOf(request).sessionId);
      clearSessionCookie(reply, parts.config);
      return reply.code(204).send();
    },
  });
}

function addLogin(web: Web, parts: WebParts): void {
  const { ledger, config, log } = parts;
  web.route({
    method: 'POST',
    url: '/ops/login',
    config: {
      access: { by: 'login' },
      rateLimit: { max: config.limits.loginsPerMinute, timeWindow: '1 minute' },
    },
    schema: {
      tags,
      summary: 'Log in with e-mail address and password',
      body: z.strictObject({ email: z.string().max(320), password: z.string().max(1_000) }),
      response: { 200: opsSession, ...problems },
    },
    handler: async (request, reply) => {
      const user = await verifyLogin(ledger, request.body);
      if (user === undefined) {
        log({ event: 'login_refused', requestId: request.id });
        await recordAudit(ledger.sql, { actor: 'browser', action: 'session.refused' });
        throw new HttpProblem(401, 'wrong_login', 'E-mail address or password is wrong');
      }
      const before = sessionIdOf(request, config);
      if (before !== undefined) await endSession(ledger, before);
      const session = await startSession(ledger, user);
      setSessionCookie(reply, config, session.sessionId);
      return answerOf(session);
    },
  });
}

function answerOf({ user, csrfToken }: Session): OpsSession {
  return { email: user.email, role: user.role, csrfToken };
}
