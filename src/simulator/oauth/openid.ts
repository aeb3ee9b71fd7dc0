/** OpenID Connect: discovery, the person behind a grant, and signed statements about them. */

import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { ACCESS_TOKEN_SECONDS, type Grant } from './grants.js';

export const AUTHORIZE_PATH = '/connect/oauth2';
export const TOKEN_PATH = '/oauth2/v1/tokens/bearer';
export const REVOKE_PATH = '/v2/oauth2/tokens/revoke';
export const USERINFO_PATH = '/v1/openid_connect/userinfo';
export const JWKS_PATH = '/op/v1/jwks';

/**
 * Who signs. Intuit's own name and not the simulator's address: the official client refuses every
 * other issuer.
 */
export const ISSUER = 'https://oauth.platform.intuit.com/op/v1';

/** Recorded; only the addresses are the simulator's own. */
export function discovery(origin: string): JsonObject {
  return {
    issuer: ISSUER,
    authorization_endpoint: origin + AUTHORIZE_PATH,
    token_endpoint: origin + TOKEN_PATH,
    userinfo_endpoint: origin + USERINFO_PATH,
    revocation_endpoint: origin + REVOKE_PATH,
    jwks_uri: origin + JWKS_PATH,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
  };
}

/** The one person of the simulator, who owns every company. */
const SUBJECT = '5f1c0b8e-6d0e-4c43-9f0a-2b1f5d7c9e11';

const CLAIMS: Readonly<Record<string, JsonObject>> = {
  profile: { givenName: 'Sample', familyName: 'Owner' },
  email: { email: 'owner@example.com', emailVerified: true },
  phone: { phoneNumber: '+1 5550100', phoneNumberVerified: false },
  address: {
    address: {
      streetAddress: '1 Harbour Road',
      locality: 'Eureka',
      region: 'CA',
      postalCode: '95501',
      country: 'US',
    },
  },
};

/** What the userinfo address says, by the scopes of the grant. */
export function userInfo({ scopes }: Pick<Grant, 'scopes'>): JsonObject {
  const info: JsonObject = { sub: SUBJECT };
  for (const scope of scopes) Object.assign(info, CLAIMS[scope]);
  return info;
}

interface SigningKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** Signs id tokens with a key of its own, made when it is first needed. */
export class IdTokens {
  #made: SigningKey | undefined;

  /** RS256, for as long as an access token lives. */
  issue({ clientId, realmId, createdAtMs }: Grant, nowMs: number): string {
    const { id, privateKey } = this.#key();
    const issuedAt = Math.floor(nowMs / 1000);
    const claims = {
      sub: SUBJECT,
      aud: [clientId],
      ...(realmId === '' ? {} : { realmid: realmId }),
      auth_time: Math.floor(createdAtMs / 1000),
      iss: ISSUER,
      exp: issuedAt + ACCESS_TOKEN_SECONDS,
      iat: issuedAt,
    };
    const signed = `${encoded({ kid: id, alg: 'RS256' })}.${encoded(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }

  /** The public half, as `jwks_uri` serves it. */
  keys(): JsonObject {
    const { id, publicKey } = this.#key();
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    return { keys: [{ kty: 'RSA', e, use: 'sig', kid: id, alg: 'RS256', n }] };
  }

  #key(): SigningKey {
    this.#made ??= {
      id: randomBytes(8).toString('hex'),
      ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
    };
    return this.#made;
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
