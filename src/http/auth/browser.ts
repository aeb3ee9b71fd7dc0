// Types of the cookie plug-in.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { UnreadableCiphertext } from '../../ledger/database/cipher.js';
import type { Ledger } from '../../ledger/database/open.js';
import { PLACES } from '../../ledger/database/places.js';
import {
  type CustomerSession,
  readCustomerSession,
} from '../../ledger/people/customer-sessions.js';
import { isCsrfToken, readSession, type Session } from '../../ledger/people/sessions.js';
import type { WebConfig, WebParts } from '../parts.js';
import { forbidden } from '../problems.js';
import { keptLogin } from './single-sign-on.js';

/** Cookies of ours, and the checks that a request comes from our own pages. */

const SESSION_COOKIE = 'qbo_sync_session';
const CONNECT_COOKIE = 'qbo_sync_connect';
const CONNECT_COOKIE_SECONDS = 600;
const CUSTOMER_COOKIE = 'qbo_sync_customer';
const LOGIN_COOKIE = 'qbo_sync_login';
const LOGIN_SECONDS = 600;

/** Browsers refuse `__Host-` cookies without TLS; only on the machine itself there may be none. */
function isPlainLocal(config: WebConfig): boolean {
  const { protocol, hostname } = new URL(config.publicUrl);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function cookieName(config: WebConfig, name: string): string {
  return isPlainLocal(config) ? name : `__Host-${name}`;
}

function cookieOptions(config: WebConfig) {
  return { path: '/', httpOnly: true, secure: !isPlainLocal(config), sameSite: 'lax' } as const;
}

export async function readCookieSession(
  request: FastifyRequest,
  { ledger, config, isPassive }: { ledger: Ledger; config: WebConfig; isPassive: boolean },
): Promise<(Session & { sessionId: string }) | undefined> {
  const sessionId = sessionIdOf(request, config);
  if (sessionId === undefined) return undefined;
  const session = await readSession(ledger, sessionId, !isPassive && !isPoll(request));
  return session === undefined ? undefined : { ...session, sessionId };
}

/** A read that a page of ours sends by itself, again and again. Only reads: an act is a person's. */
function isPoll({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers['x-poll'] === '1';
}

export function sessionIdOf(request: FastifyRequest, config: WebConfig): string | undefined {
  return randomCookie(request, cookieName(config, SESSION_COOKIE));
}

/** Gives the browser its session; the cookie ends with the browser, the session before. */
export function setSessionCookie(reply: FastifyReply, config: WebConfig, sessionId: string): void {
  reply.setCookie(cookieName(config, SESSION_COOKIE), sessionId, cookieOptions(config));
}

export function clearSessionCookie(reply: FastifyReply, config: WebConfig): void {
  reply.clearCookie(cookieName(config, SESSION_COOKIE), cookieOptions(config));
}

/** The session of a customer's browser, see {@link readCookieSession}. */
export async function readCustomerCookie(
  request: FastifyRequest,
  { ledger, config }: Pick<WebParts, 'ledger' | 'config'>,
): Promise<CustomerSession | undefined> {
  const sessionId = randomCookie(request, cookieName(config, CUSTOMER_COOKIE));
  return sessionId === undefined
    ? undefined
    : readCustomerSession(ledger, sessionId, !isPoll(request));
}

/**
 * Gives the browser the session of its page. In a frame of another site a browser sends only cookies
 * that say so; these are kept apart for each site that shows the page.
 */
export function setCustomerCookie(
  reply: FastifyReply,
  config: WebConfig,
  session: { sessionId: string; isEmbedded: boolean },
): void {
  const own = cookieOptions(config);
  const options =
    session.isEmbedded && own.secure
      ? ({ ...own, sameSite: 'none', partitioned: true } as const)
      : own;
  reply.setCookie(cookieName(config, CUSTOMER_COOKIE), session.sessionId, options);
}

/** The id that binds a round trip to Intuit to this browser. */
export function browserIdOf(request: FastifyRequest, config: WebConfig): string | undefined {
  return randomCookie(request, cookieName(config, CONNECT_COOKIE));
}

export function setBrowserCookie(reply: FastifyReply, config: WebConfig, browserId: string): void {
  const options = { ...cookieOptions(config), maxAge: CONNECT_COOKIE_SECONDS };
  reply.setCookie(cookieName(config, CONNECT_COOKIE), browserId, options);
}

/** A login under way at the identity provider, with the page it was asked from. */
const loginCookie = keptLogin.extend({ to: z.string(), startedAt: z.number() });
type LoginCookie = z.infer<typeof loginCookie>;

/** Encrypted, so that what the provider's answer is checked against is known to us alone. */
export function setLoginCookie(
  reply: FastifyReply,
  { ledger, config }: Pick<WebParts, 'ledger' | 'config'>,
  login: Omit<LoginCookie, 'startedAt'>,
): void {
  const whole: LoginCookie = { ...login, startedAt: ledger.clock().getTime() };
  const value = ledger.cipher.encrypt(PLACES.loginCookie, JSON.stringify(whole));
  const options = { ...cookieOptions(config), maxAge: LOGIN_SECONDS };
  reply.setCookie(cookieName(config, LOGIN_COOKIE), value.toString('base64url'), options);
}

/** Undefined without one, with one that is not ours, and with one that is ten minutes old. */
export function readLoginCookie(
  request: FastifyRequest,
  { ledger, config }: Pick<WebParts, 'ledger' | 'config'>,
): Omit<LoginCookie, 'startedAt'> | undefined {
  const value = request.cookies[cookieName(config, LOGIN_COOKIE)];
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = ledger.cipher.decrypt(PLACES.loginCookie, Buffer.from(value, 'base64url'));
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return undefined;
    throw error;
  }
  const { startedAt, ...login } = loginCookie.parse(JSON.parse(text));
  const isFresh = ledger.clock().getTime() - startedAt < LOGIN_SECONDS * 1_000;
  return isFresh ? login : undefined;
}

export function clearLoginCookie(reply: FastifyReply, config: WebConfig): void {
  reply.clearCookie(cookieName(config, LOGIN_COOKIE), cookieOptions(config));
}

function randomCookie(request: FastifyRequest, name: string): string | undefined {
  const value = request.cookies[name];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/**
 * Refuses what another site sends through a browser. Programs send neither header; they have no
 * cookie to be misused.
 */
export function checkOrigin(request: FastifyRequest, config: WebConfig): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    site === undefined
      ? origin === undefined || origin === new URL(config.publicUrl).origin
      : site === 'same-origin';
  if (!isOurs) throw forbidden('cross_origin', 'Requests from other sites are refused.');
}

/** The second wall: a token that only our own pages know. */
export function checkToken(request: FastifyRequest, session: Pick<Session, 'csrfToken'>): void {
  const token = request.headers['x-csrf-token'];
  if (typeof token !== 'string' || !isCsrfToken(session, token)) {
    throw forbidden('csrf_token', 'Send the session’s token as x-csrf-token.');
  }
}
