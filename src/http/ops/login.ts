import { z } from 'zod';
import { type OpsSession, opsSession } from '../../contract/ops.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { isOwnPassword } from '../../ledger/people/own-account.js';
import { endSession, proveSession, type Session } from '../../ledger/people/sessions.js';
import { verifyLogin } from '../../ledger/people/users.js';
import { personOf } from '../auth/access.js';
import { clearSessionCookie, setSessionCookie } from '../auth/browser.js';
import { beginSession, wrongPassword } from '../auth/login.js';
import type { Web, WebParts } from '../parts.js';
import { HttpProblem, unauthorized } from '../problems.js';
import { noBody, problems } from '../schemas.js';

const tags = ['dashboard'];
const loggedOut = z.undefined().describe('The session is over.');
const password = z.string().max(1_000);
/** For everybody who is logged in, whatever they still have to do. */
const OWN = { access: { by: 'person', role: 'viewer', isBeforePassword: true } } as const;

/** Logging in and out of the dashboard, and showing again who one is. */
export function addLoginRoutes(web: Web, parts: WebParts): void {
  addLogin(web, parts);
  addProof(web, parts);
  web.route({
    method: 'GET',
    url: '/ops/session',
    config: OWN,
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
    config: OWN,
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
      body: z.strictObject({ email: z.string().max(320), password }),
      response: { 200: opsSession, ...problems },
    },
    handler: async (request, reply) => {
      const user = await verifyLogin(ledger, request.body);
      if (user === undefined) {
        log({ event: 'login_refused', requestId: request.id });
        await recordAudit(ledger.sql, { actor: 'browser', action: 'session.refused' });
        throw new HttpProblem(401, 'wrong_login', 'E-mail address or password is wrong');
      }
      const facts = { provenAt: ledger.clock(), isByGivenPassword: user.isPasswordGiven };
      return answerOf(await beginSession(parts, request, reply, { user, ...facts }));
    },
  });
}

function addProof(web: Web, parts: WebParts): void {
  const { ledger, config } = parts;
  web.route({
    method: 'POST',
    url: '/ops/session/prove',
    config: { ...OWN, rateLimit: { max: config.limits.loginsPerMinute, timeWindow: '1 minute' } },
    schema: {
      tags,
      summary: 'Give the password again, for what needs a recent one; the session gets another id',
      body: z.strictObject({ password }),
      response: { 200: opsSession, ...problems },
    },
    handler: async (request, reply) => {
      const session = personOf(request);
      if (!(await isOwnPassword(ledger, session.user.id, request.body.password))) {
        throw await wrongPassword(parts, request);
      }
      const sessionId = await proveSession(ledger, session.sessionId);
      if (sessionId === undefined) throw unauthorized('Log in first.');
      setSessionCookie(reply, config, sessionId);
      return answerOf(session);
    },
  });
}

function answerOf({ user, csrfToken, signsInBy, mustSetPassword }: Session): OpsSession {
  return { email: user.email, role: user.role, csrfToken, signsInBy, mustSetPassword };
}
