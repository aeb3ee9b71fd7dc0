import { z } from 'zod';
import { endedSessions, ownSessionList, PASSWORD_LENGTH_MIN } from '../../contract/people.js';
import { changeOwnPassword, endOwnSessions, ownSessions } from '../../ledger/people/own-account.js';
import { proveSession, type Session } from '../../ledger/people/sessions.js';
import { personOf } from '../auth/access.js';
import { clearSessionCookie, setSessionCookie } from '../auth/browser.js';
import { wrongPassword } from '../auth/login.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { noBody, problems } from '../schemas.js';

const BASE = '/ops/account';
const tags = ['dashboard'];
const OWN = { access: { by: 'person', role: 'viewer' } } as const;
const done = z.undefined().describe('Done.');

/** What everybody may do about their own logins and password. */
export function addAccountRoutes(web: Web, parts: WebParts): void {
  addSessions(web, parts);
  addPassword(web, parts);
}

function addSessions(web: Web, { ledger, config }: WebParts): void {
  web.route({
    method: 'GET',
    url: `${BASE}/sessions`,
    config: OWN,
    schema: {
      tags,
      summary: 'Where one is logged in oneself',
      response: { 200: ownSessionList, ...problems },
    },
    handler: async (request) => {
      const { user, sessionId } = personOf(request);
      return { sessions: await ownSessions(ledger, { userId: user.id, sessionId }) };
    },
  });
  web.route({
    method: 'DELETE',
    url: `${BASE}/sessions/:sessionId`,
    config: OWN,
    schema: {
      tags,
      summary: 'End one of one’s own logins',
      params: z.strictObject({ sessionId: z.uuid() }),
      body: noBody,
      response: { 200: endedSessions, ...problems },
    },
    handler: async (request) => {
      const which = { only: request.params.sessionId };
      const ended = await endOwnSessions(ledger, { user: personOf(request).user, which });
      if (ended === 0) throw notFound('session');
      return { ended };
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/end-sessions`,
    config: OWN,
    schema: {
      tags,
      summary: 'Log out everywhere, or everywhere else',
      body: z.strictObject({ keepThis: z.boolean().default(false) }),
      response: { 200: endedSessions, ...problems },
    },
    handler: async (request, reply) => {
      const { user, sessionId } = personOf(request);
      const { keepThis } = request.body;
      const which = keepThis ? { but: sessionId } : 'all';
      const ended = await endOwnSessions(ledger, { user, which });
      if (!keepThis) clearSessionCookie(reply, config);
      return { ended };
    },
  });
}

function addPassword(web: Web, parts: WebParts): void {
  const { ledger, config } = parts;
  web.route({
    method: 'POST',
    url: `${BASE}/password`,
    config: {
      access: { by: 'person', role: 'viewer', isBeforePassword: true },
      rateLimit: { max: config.limits.loginsPerMinute, timeWindow: '1 minute' },
    },
    schema: {
      tags,
      summary: 'Set one’s own password; every other login of one’s own is over',
      body: z.strictObject({
        current: z
          .string()
          .max(1_000)
          .optional()
          .describe('May be left out only by who has to replace a password an admin made.'),
        password: z.string().max(1_000),
      }),
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const session = personOf(request);
      const { current, password } = request.body;
      checkChange(session, { current, password });
      const outcome = await changeOwnPassword(ledger, session.user, {
        current: session.mustSetPassword ? undefined : current,
        password,
        sessionId: session.sessionId,
      });
      if (outcome === 'wrong') throw await wrongPassword(parts, request);
      if (outcome === 'same') {
        throw invalidRequest([{ field: 'password', rule: 'must be another one than before' }]);
      }
      const sessionId = await proveSession(ledger, session.sessionId);
      if (sessionId !== undefined) setSessionCookie(reply, config, sessionId);
      return reply.code(204).send();
    },
  });
}

/**
 * Checked here and not by the schema, whose problems say what they got.
 *
 * @throws HttpProblem 409 or 422
 */
function checkChange(
  { user, signsInBy, mustSetPassword }: Session,
  { current, password }: { current: string | undefined; password: string },
): void {
  if (!signsInBy.includes('password')) {
    throw conflict('no_password', 'You log in by single sign-on and have no password here.');
  }
  if (current === undefined && !mustSetPassword) {
    throw invalidRequest([{ field: 'current', rule: 'is required' }]);
  }
  const rule = ruleBrokenBy(password, user.email);
  if (rule !== undefined) throw invalidRequest([{ field: 'password', rule }]);
}

/** Length is what counts; what is guessed first is refused (NIST SP 800-63B, 5.1.1.2). */
function ruleBrokenBy(password: string, email: string): string | undefined {
  const lower = password.toLowerCase();
  if ([...password].length < PASSWORD_LENGTH_MIN)
    return `must have ${PASSWORD_LENGTH_MIN} characters or more`;
  const [name = ''] = email.split('@');
  if (lower.includes(name.length < NAME_MIN ? email : name)) return 'must not hold your address';
  if (new Set(lower).size < DIFFERENT_MIN)
    return `must have ${DIFFERENT_MIN} different characters or more`;
  return undefined;
}

const DIFFERENT_MIN = 5;
/** A shorter name before the @ is part of too many words. */
const NAME_MIN = 3;
