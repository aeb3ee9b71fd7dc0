import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { loginWays } from '../../contract/ops.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { admitIdentity } from '../../ledger/people/identities.js';
import { hasPeople } from '../../ledger/people/people.js';
import { clearLoginCookie, readLoginCookie, setLoginCookie } from '../auth/browser.js';
import { beginSession } from '../auth/login.js';
import { openSingleSignOn, type SingleSignOn, UndatedLogin } from '../auth/single-sign-on.js';
import { loggedError } from '../log-events.js';
import type { Web, WebParts } from '../parts.js';
import { problems, redirect } from '../schemas.js';

const BASE = '/ops/single-sign-on';
const DASHBOARD = '/dashboard/';
/** The provider is asked up to three times before the browser is sent on. */
const HANDLER_MS = 20_000;
const tags = ['dashboard'];

/** Ways to log in, and the way over an identity provider: browsers are only ever sent on. */
export function addSingleSignOnRoutes(web: Web, parts: WebParts): void {
  const { ledger, config } = parts;
  web.route({
    method: 'GET',
    url: '/ops/login',
    config: { access: { by: 'anyone' } },
    schema: {
      tags,
      summary: 'How somebody may log in',
      response: { 200: loginWays, ...problems },
    },
    handler: async () => ({
      singleSignOn: config.singleSignOn !== undefined,
      hasPeople: await hasPeople(ledger),
    }),
  });
  if (config.singleSignOn === undefined) return;
  const redirectUri = `${config.publicUrl}${BASE}/callback`;
  addRoundTrip(web, parts, openSingleSignOn(config.singleSignOn, redirectUri));
}

function addRoundTrip(web: Web, parts: WebParts, provider: SingleSignOn): void {
  const { config } = parts;
  const open = {
    config: {
      access: { by: 'anyone' },
      rateLimit: { max: config.limits.loginsPerMinute, timeWindow: '1 minute' },
    },
    handlerTimeout: HANDLER_MS,
  } as const;
  web.route({
    method: 'GET',
    url: BASE,
    ...open,
    schema: {
      tags,
      summary: 'Send the browser to the identity provider',
      querystring: z.looseObject({
        to: z.string().max(2_000).optional(),
        again: z
          .literal('true')
          .optional()
          .describe('The provider is to ask who it is, whoever is logged in there.'),
      }),
      response: { 302: redirect },
    },
    handler: (request, reply) =>
      sent(parts, request, reply, async () => {
        const isAgain = request.query.again === 'true';
        const { url, kept } = await provider.begin({ isAgain });
        const to = ownPage(request.query.to, config.publicUrl);
        setLoginCookie(reply, parts, { ...kept, to });
        return url;
      }),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/callback`,
    ...open,
    schema: {
      tags,
      summary: 'The identity provider sends the browser back here; it goes on to the dashboard',
      querystring: z.looseObject({}),
      response: { 302: redirect },
    },
    handler: (request, reply) =>
      sent(parts, request, reply, () => comeBack(parts, provider, request, reply)),
  });
}

/** Answers 302 to wherever `work` says; where it fails, to the login with a word of why. */
async function sent(
  { log }: WebParts,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<string>,
): Promise<FastifyReply> {
  let location = loginWith('failed');
  try {
    location = await work();
  } catch (error) {
    if (error instanceof UndatedLogin) location = loginWith('undated');
    log({ event: 'single_sign_on_failed', requestId: request.id, error: loggedError(error) });
  }
  return reply.code(302).header('location', location).send();
}

const loginWith = (why: string) => `${DASHBOARD}?login=${why}`;

async function comeBack(
  parts: WebParts,
  provider: SingleSignOn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const { ledger, config, log } = parts;
  const login = readLoginCookie(request, parts);
  clearLoginCookie(reply, config);
  if (login === undefined) return loginWith('expired');
  const { to, ...kept } = login;
  const identity = await provider.complete(new URL(request.url, config.publicUrl), kept);
  const admission = await admitIdentity(ledger, identity);
  if (admission.outcome === 'refused') {
    log({ event: 'login_refused', requestId: request.id });
    const subject = { why: admission.why };
    await recordAudit(ledger.sql, { actor: 'browser', action: 'session.refused', subject });
    return loginWith(admission.why);
  }
  // Never later than now by our own clock.
  const provenAt =
    identity.provenAt && new Date(Math.min(identity.provenAt.getTime(), ledger.clock().getTime()));
  await beginSession(parts, request, reply, { user: admission.user, provenAt });
  return to;
}

/** A page of the dashboard, or its first one where the address is anything else. */
function ownPage(asked: string | undefined, publicUrl: string): string {
  const url = URL.canParse(asked ?? '', publicUrl) ? new URL(asked ?? '', publicUrl) : undefined;
  const isOwn = url?.origin === new URL(publicUrl).origin && url.pathname.startsWith(DASHBOARD);
  return isOwn ? `${url.pathname}${url.search}` : DASHBOARD;
}
