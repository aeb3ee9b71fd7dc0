/** OAuth 2.0 and OpenID Connect on Intuit's paths. */

import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Answer, gatewayAnswer, jsonAnswer, throttleAnswer } from '../service/answers.js';
import { authorize } from './authorize.js';
import type { Tokens } from './grants.js';
import {
  AUTHORIZE_PATH,
  discovery,
  JWKS_PATH,
  REVOKE_PATH,
  TOKEN_PATH,
  USERINFO_PATH,
  userInfo,
} from './openid.js';
import { OAuthError } from './refusals.js';

export interface OAuthRequest {
  method: string;
  path: string;
  parameters: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
  /** The simulator's own address, for the discovery document. */
  origin: string;
}

/** What a fault on order calls a request, by its address. */
const OPERATIONS: Readonly<Record<string, string>> = {
  [AUTHORIZE_PATH]: 'authorize',
  [TOKEN_PATH]: 'token',
  [REVOKE_PATH]: 'revoke',
  [USERINFO_PATH]: 'userinfo',
  [JWKS_PATH]: 'jwks',
  '/.well-known/openid_configuration': 'discovery',
  '/.well-known/openid_sandbox_configuration': 'discovery',
};

/** The operation an address stands for; some clients end it with a slash. */
export function oauthOperation(path: string): string | undefined {
  return OPERATIONS[path.replace(/\/$/, '')];
}

export function handleOAuth(quickbooks: QuickBooks, request: OAuthRequest): Answer {
  try {
    return answerTo(quickbooks, request);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const { status, description, reason } = error;
    return jsonAnswer(status, { error_description: description, ...reason, error: error.error });
  }
}

function answerTo(quickbooks: QuickBooks, request: OAuthRequest): Answer {
  switch (oauthOperation(request.path)) {
    case 'discovery':
      return jsonAnswer(200, discovery(request.origin));
    case 'jwks':
      return jsonAnswer(200, quickbooks.idTokens.keys());
    case 'authorize':
      return authorize(quickbooks, request);
    case 'userinfo':
      return person(quickbooks, request);
    case 'token':
      return posted(request) ?? token(quickbooks, request);
    default:
      return posted(request) ?? revoke(quickbooks, request);
  }
}

function posted({ method }: OAuthRequest): Answer | undefined {
  return method === 'POST' ? undefined : jsonAnswer(405, { error: 'invalid_request' });
}

/** Who the person behind an access token is, where the `openid` scope was granted. */
function person(quickbooks: QuickBooks, { headers }: OAuthRequest): Answer {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const grant = quickbooks.grants.access(token);
  const nowMs = quickbooks.nowMs();
  if (grant === undefined) return gatewayAnswer(401, nowMs);
  if (!grant.scopes.includes('openid')) return gatewayAnswer(403, nowMs);
  return jsonAnswer(200, userInfo(grant));
}

function token(quickbooks: QuickBooks, { headers, text }: OAuthRequest): Answer {
  // Seen in an answer: a JSON body is refused before it is looked at.
  if (/\bjson\b/i.test(headers['content-type'] ?? '')) return jsonAnswer(415, {});
  const form = new URLSearchParams(text);
  const clientId = authenticated(quickbooks, headers, form);
  const throttled = throttledAt(quickbooks, form.get('refresh_token'), clientId);
  if (throttled !== undefined) return throttled;
  const tokens = tokensFor(quickbooks, form, clientId);
  quickbooks.noteChange();
  const withHardLimit = headers['x-include-refresh-token-hard-expires-in'] === 'true';
  const body = tokenBody(tokens, withHardLimit);
  const idToken =
    form.get('grant_type') === 'authorization_code' ? idTokenFor(quickbooks, tokens) : {};
  return jsonAnswer(200, { ...body, ...idToken });
}

/** Given with the first tokens only, where the person let the app know who they are. */
function idTokenFor({ grants, idTokens, clock }: QuickBooks, { accessToken }: Tokens): JsonObject {
  const grant = grants.access(accessToken);
  if (grant === undefined || !grant.scopes.includes('openid')) return {};
  return { id_token: idTokens.issue(grant, clock.nowMs()) };
}

function tokensFor(quickbooks: QuickBooks, form: URLSearchParams, clientId: string): Tokens {
  const { grants } = quickbooks;
  const redirectUri = form.get('redirect_uri') ?? undefined;
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return grants.exchange(form.get('code') ?? '', clientId, redirectUri);
    case 'refresh_token':
      return grants.refresh(form.get('refresh_token') ?? '', clientId);
    default:
      throw new OAuthError(400, 'unsupported_grant_type', 'The grant type is not supported');
  }
}

function tokenBody(tokens: Tokens, withHardLimit: boolean): JsonObject {
  const body: JsonObject = {
    token_type: 'bearer',
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
    x_refresh_token_expires_in: tokens.refreshExpiresInSeconds,
    access_token: tokens.accessToken,
  };
  if (withHardLimit) body['x_refresh_token_hard_expires_in'] = tokens.hardExpiresInSeconds;
  return body;
}

function revoke(quickbooks: QuickBooks, { headers, text }: OAuthRequest): Answer {
  const value = revokedToken(text);
  const clientId = authenticated(quickbooks, headers, new URLSearchParams());
  const throttled = throttledAt(quickbooks, value, clientId);
  if (throttled !== undefined) return throttled;
  if (value === undefined || !quickbooks.grants.revoke(value, clientId)) {
    throw new OAuthError(400, 'invalid_request', 'The token is not known');
  }
  quickbooks.noteChange();
  return { status: 200, contentType: 'application/json;charset=UTF-8', body: '' };
}

/** Calls for a company's tokens count among its calls to all of Intuit together. */
function throttledAt(
  quickbooks: QuickBooks,
  token: string | null | undefined,
  clientId: string,
): Answer | undefined {
  const grant = quickbooks.grants.behind(token ?? '');
  const nowMs = quickbooks.nowMs();
  if (grant === undefined || grant.clientId !== clientId) return undefined;
  if (quickbooks.limits.enterElsewhere(grant, nowMs)) return undefined;
  return throttleAnswer(quickbooks.behaviours, nowMs);
}

/** The body is JSON; a form is taken too, as older clients send one. */
function revokedToken(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'token' in body
      ? String(body.token)
      : undefined;
  } catch {
    return new URLSearchParams(text).get('token') ?? undefined;
  }
}

/** The client id of Basic authentication, or of the form. @throws OAuthError invalid_client */
function authenticated(
  { clients }: QuickBooks,
  headers: IncomingHttpHeaders,
  form: URLSearchParams,
): string {
  const [id, secret] = credentials(headers.authorization, form);
  const right = clients === undefined ? secret !== '' : secret !== '' && clients[id] === secret;
  if (id === '' || !right) throw new OAuthError(401, 'invalid_client', 'Client is not valid');
  return id;
}

function credentials(header: string | undefined, form: URLSearchParams): [string, string] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? [pair, ''] : [pair.slice(0, colon), pair.slice(colon + 1)];
}
