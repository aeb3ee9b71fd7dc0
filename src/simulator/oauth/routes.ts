/** OAuth 2.0 on Intuit's paths: discovery, authorize, token, revoke. */

import type { IncomingHttpHeaders } from 'node:http';
import { type JsonObject, textOf } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Answer, jsonAnswer, throttleAnswer } from '../service/answers.js';
import { OAuthError, type Tokens } from './grants.js';
import { authorizePage, errorPage } from './page.js';

export interface OAuthRequest {
  method: string;
  path: string;
  parameters: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
  /** The simulator's own address, for the discovery document. */
  origin: string;
}

export const AUTHORIZE_PATH = '/connect/oauth2';
export const TOKEN_PATH = '/oauth2/v1/tokens/bearer';
export const REVOKE_PATH = '/v2/oauth2/tokens/revoke';

const DISCOVERY_PATHS = new Set([
  '/.well-known/openid_configuration',
  '/.well-known/openid_sandbox_configuration',
]);

export function isOAuthPath(path: string): boolean {
  return (
    path === AUTHORIZE_PATH ||
    path === TOKEN_PATH ||
    path === REVOKE_PATH ||
    DISCOVERY_PATHS.has(path)
  );
}

/** What a fault on order calls this request. */
export function oauthOperation(path: string): string {
  if (path === TOKEN_PATH) return 'token';
  if (path === REVOKE_PATH) return 'revoke';
  return path === AUTHORIZE_PATH ? 'authorize' : 'discovery';
}

export function handleOAuth(quickbooks: QuickBooks, request: OAuthRequest): Answer {
  const { method, path } = request;
  try {
    if (DISCOVERY_PATHS.has(path)) return jsonAnswer(200, discovery(request.origin));
    if (path === AUTHORIZE_PATH) return authorize(quickbooks, request);
    if (method !== 'POST') return jsonAnswer(405, { error: 'invalid_request' });
    return path === TOKEN_PATH ? token(quickbooks, request) : revoke(quickbooks, request);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return jsonAnswer(error.status, {
      error_description: error.description,
      error: error.error,
    });
  }
}

function discovery(origin: string): JsonObject {
  return {
    issuer: `${origin}/op/v1`,
    authorization_endpoint: origin + AUTHORIZE_PATH,
    token_endpoint: origin + TOKEN_PATH,
    userinfo_endpoint: `${origin}/v1/openid_connect/userinfo`,
    revocation_endpoint: origin + REVOKE_PATH,
    jwks_uri: `${origin}/op/v1/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
  };
}

const SCOPES = new Set([
  'com.intuit.quickbooks.accounting',
  'com.intuit.quickbooks.payment',
  'payroll.compensation.read',
  'project-management.project',
  'app-foundations.custom-dimensions.read',
  'app-foundations.custom-field-definitions',
  'time-tracking.time-entry',
  'indirect-tax.tax-calculation.quickbooks',
  'openid',
  'profile',
  'email',
  'phone',
  'address',
]);

/** The page, the form it posts, and `auto=allow|deny` with a `realmId` where no browser is. */
function authorize(quickbooks: QuickBooks, request: OAuthRequest): Answer {
  const posted = request.method === 'POST';
  const parameters = posted ? new URLSearchParams(request.text) : request.parameters;
  const clientId = parameters.get('client_id') ?? '';
  const redirectUri = parameters.get('redirect_uri') ?? '';
  const known = quickbooks.clients === undefined || quickbooks.clients[clientId] !== undefined;
  if (clientId === '' || !known) return htmlAnswer(400, errorPage('The client_id is not known.'));
  if (!URL.canParse(redirectUri)) {
    return htmlAnswer(400, errorPage('The redirect_uri is missing or not an address.'));
  }
  if (!quickbooks.apps.mayReturnTo(clientId, redirectUri)) {
    return htmlAnswer(400, errorPage('The redirect_uri is not one the app has registered.'));
  }
  const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  if (scopes.length === 0 || scopes.some((scope) => !SCOPES.has(scope))) {
    return back(redirectUri, parameters, { error: 'invalid_scope' });
  }
  const decision = posted ? parameters.get('decision') : parameters.get('auto');
  if (decision === 'deny') return back(redirectUri, parameters, { error: 'access_denied' });
  if (decision !== 'allow') {
    const companies = [...quickbooks.companies.values()].map((company) => ({
      realmId: company.realmId,
      name: textOf(company.find('CompanyInfo', '1'), 'CompanyName') ?? company.realmId,
    }));
    return htmlAnswer(200, authorizePage({ clientId, scopes, companies, parameters }));
  }
  const realmId = parameters.get('realmId') ?? '';
  if (!quickbooks.companies.has(realmId)) {
    return htmlAnswer(400, errorPage('There is no company with that realmId.'));
  }
  const code = quickbooks.grants.issueCode({ clientId, realmId, redirectUri, scopes });
  quickbooks.noteChange();
  return back(redirectUri, parameters, { code, realmId });
}

function back(
  redirectUri: string,
  parameters: URLSearchParams,
  result: Record<string, string>,
): Answer {
  const location = new URL(redirectUri);
  const state = parameters.get('state');
  const { code, ...rest } = result;
  if (code !== undefined) location.searchParams.set('code', code);
  if (state !== null) location.searchParams.set('state', state);
  for (const [name, value] of Object.entries(rest)) location.searchParams.set(name, value);
  return { ...htmlAnswer(302, ''), headers: { location: location.href } };
}

function token(quickbooks: QuickBooks, { headers, text }: OAuthRequest): Answer {
  const form = new URLSearchParams(text);
  const clientId = authenticated(quickbooks, headers, form);
  const throttled = throttledAt(quickbooks, form.get('refresh_token'), clientId);
  if (throttled !== undefined) return throttled;
  const tokens = tokensFor(quickbooks, form, clientId);
  quickbooks.noteChange();
  const withHardLimit = headers['x-include-refresh-token-hard-expires-in'] === 'true';
  return jsonAnswer(200, tokenBody(tokens, withHardLimit));
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
  return throttleAnswer(quickbooks.behaviours.throttleShape, nowMs);
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

function htmlAnswer(status: number, body: string): Answer {
  return { status, contentType: 'text/html;charset=UTF-8', body };
}
