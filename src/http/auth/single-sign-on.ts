import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { ROLES, type Role } from '../../contract/ops.js';
import { ABSOLUTE_MS } from '../../ledger/people/sessions.js';

/** Where people prove who they are, and what makes them what here. */
export interface SingleSignOnConfig {
  /** Issuer of an OpenID Connect provider; its other addresses are discovered. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Separated by spaces. Default `openid email`. */
  scopes: string;
  /** Claim whose value, or one of whose values, is looked for among `roles`. Default `groups`. */
  roleClaim: string;
  /** A value of the claim, or an e-mail address, and the role it gives; the highest counts. */
  roles: readonly { value: string; role: Role }[];
}

/** What a browser has to bring back from the provider; it leaves us encrypted, in a cookie. */
export const keptLogin = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The provider was told to ask again who it is. */
  isAgain: z.boolean(),
});
export type KeptLogin = z.infer<typeof keptLogin>;

/** Somebody as the provider knows them. */
export interface Identity {
  /** Issuer and subject: unique, and never given to somebody else. */
  subject: string;
  /** Undefined where the provider has not verified it. */
  email: string | undefined;
  /** When they showed the provider who they are; null where it does not say. */
  provenAt: Date | null;
  /** Undefined where neither claim nor address has one. */
  role: Role | undefined;
}

/** The provider was asked for a login of now, and does not say when that was. */
export class UndatedLogin extends Error {
  override name = 'UndatedLogin';
  constructor() {
    super('The provider sends no auth_time');
  }
}

export interface SingleSignOn {
  /** `isAgain`: the provider asks who it is even where somebody is logged in there. */
  begin(o: { isAgain: boolean }): Promise<{ url: string; kept: KeptLogin }>;
  /** Throws what openid-client throws where the provider refused, or something does not fit. */
  complete(callbackUrl: URL, kept: KeptLogin): Promise<Identity>;
}

/** A login asked for again may have been this long ago when its answer comes, in seconds. */
const AGAIN_SECONDS = 600;

/**
 * A login there may be as old as a session here may become, in seconds. Naming an age is also what
 * makes a provider say when that was.
 */
const LOGIN_SECONDS = ABSOLUTE_MS / 1_000;

/** The provider is not waited for any longer than this, in seconds per call. */
const CALL_SECONDS = 5;

/**
 * OpenID Connect with authorization code, PKCE, state and nonce. The provider is discovered when it
 * is first needed, so that web starts without it.
 */
export function openSingleSignOn(config: SingleSignOnConfig, redirectUri: string): SingleSignOn {
  let discovered: Promise<Configuration> | undefined;
  const provider = () => {
    discovered ??= discover(config).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };
  return {
    async begin({ isAgain }) {
      const kept = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        isAgain,
      };
      const url = buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: config.scopes,
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
        ...(isAgain ? { prompt: 'login', max_age: '0' } : { max_age: String(LOGIN_SECONDS) }),
      });
      return { url: url.href, kept };
    },
    async complete(callbackUrl, kept) {
      const known = await provider();
      const tokens = await authorizationCodeGrant(known, callbackUrl, {
        pkceCodeVerifier: kept.verifier,
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('The provider sent no ID token');
      if (kept.isAgain) checkShownJustNow(claims.auth_time);
      const hasMore = known.serverMetadata().userinfo_endpoint !== undefined;
      const more = hasMore ? await fetchUserInfo(known, tokens.access_token, claims.sub) : {};
      return identityOf({ ...more, ...claims }, config);
    },
  };
}

/** Of whoever was asked for it again: an answer that does not say when proves nothing. */
function checkShownJustNow(shownAt: unknown): void {
  if (typeof shownAt !== 'number') throw new UndatedLogin();
  if (Date.now() / 1_000 - shownAt > AGAIN_SECONDS) {
    throw new Error('The provider did not ask again who it is');
  }
}

function discover({ issuer, clientId, clientSecret }: SingleSignOnConfig): Promise<Configuration> {
  const server = new URL(issuer);
  // The configuration allows plain http on this machine alone.
  const execute = server.protocol === 'http:' ? [allowInsecureRequests] : [];
  return discovery(server, clientId, clientSecret, undefined, { execute, timeout: CALL_SECONDS });
}

function identityOf(
  claims: Record<string, unknown> & { iss: string; sub: string },
  { roleClaim, roles }: SingleSignOnConfig,
): Identity {
  const { email, email_verified: isVerified, auth_time: shownAt } = claims;
  const address =
    typeof email === 'string' && isVerified === true ? email.trim().toLowerCase() : undefined;
  const values = [claims[roleClaim], address].flat().filter((value) => typeof value === 'string');
  const given = roles.filter(({ value }) => values.includes(value)).map(({ role }) => role);
  return {
    subject: `${claims.iss} ${claims.sub}`,
    email: address,
    provenAt: typeof shownAt === 'number' ? new Date(shownAt * 1_000) : null,
    role: ROLES.findLast((role) => given.includes(role)),
  };
}
