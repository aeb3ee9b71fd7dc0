import OAuthClient from 'intuit-oauth';
import { z } from 'zod';
import { ConnectRefused, GrantRefused, QuickBooksUnavailable } from './errors.js';
import type { Http, HttpOutcome } from './http.js';
import type { TokenSet } from './stores.js';

/** Where Intuit's OAuth lives; another host only for the simulator. */
export interface OAuthEndpoints {
  authorize: string;
  token: string;
  revoke: string;
}

export const INTUIT_ENDPOINTS: OAuthEndpoints = {
  authorize: 'https://appcenter.intuit.com/connect/oauth2',
  token: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  revoke: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
};

const ACCOUNTING_SCOPE = 'com.intuit.quickbooks.accounting';

export interface AuthOptions {
  endpoints: OAuthEndpoints;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  http: Http;
  clock: () => Date;
  tokenCallMs: number;
}

export interface QuickBooksAuth {
  /** Where the browser goes to connect. `state` comes back untouched; the caller checks it. */
  authorizeUrl(o: { state: string }): string;
  /**
   * Turns the address Intuit sent the browser back to into tokens. The code works once, for about
   * five minutes.
   * @throws ConnectRefused, QuickBooksUnavailable
   */
  exchangeCode(o: {
    callbackUrl: string;
    signal?: AbortSignal;
  }): Promise<TokenSet & { realmId: string }>;
  /**
   * One refresh. Never repeated here: a lost answer may have changed the refresh token.
   * @throws GrantRefused on a well-formed `invalid_grant` only, else QuickBooksUnavailable
   */
  refresh(refreshToken: string, o?: { signal?: AbortSignal }): Promise<TokenSet>;
  /**
   * Ends both tokens. `already_dead` where Intuit knows the token no more.
   * @throws QuickBooksUnavailable
   */
  revoke(token: string, o?: { signal?: AbortSignal }): Promise<'revoked' | 'already_dead'>;
}

/** Intuit's OAuth 2.0 (developer.intuit.com, "OAuth 2.0"), through their client. */
export function openAuth(options: AuthOptions): QuickBooksAuth {
  return {
    authorizeUrl: ({ state }) =>
      new TokenCall(options).authorizeUri({ scope: ACCOUNTING_SCOPE, state }),

    async exchangeCode({ callbackUrl, signal }) {
      const realmId = checkCallback(callbackUrl);
      const answer = await new TokenCall(options, signal).answerOf((call) =>
        call.createToken(callbackUrl),
      );
      const read = readTokenAnswer(answer, options.clock());
      if (read === 'invalid_grant') throw new ConnectRefused('invalid_code');
      if (read === 'scope_missing') throw new ConnectRefused('scope_missing');
      return { ...read, realmId };
    },

    async refresh(refreshToken, { signal } = {}) {
      const answer = await new TokenCall(options, signal).answerOf((call) =>
        call.refreshUsingToken(refreshToken),
      );
      const read = readTokenAnswer(answer, options.clock());
      if (read === 'invalid_grant' || read === 'scope_missing') {
        throw new GrantRefused(answer.intuitTid);
      }
      return read;
    },

    async revoke(token, { signal } = {}) {
      const answer = await new TokenCall(options, signal).answerOf((call) =>
        call.revoke({ refresh_token: token }),
      );
      if (answer.status >= 200 && answer.status < 300) return 'revoked';
      if (answer.status === 400) return 'already_dead';
      throw unavailable(answer, 'revocation failed');
    },
  };
}

type Answered = Extract<HttpOutcome, { kind: 'answer' }>;

function checkCallback(callbackUrl: string): string {
  const { searchParams } = new URL(callbackUrl);
  const error = searchParams.get('error');
  if (error === 'invalid_scope') throw new ConnectRefused('invalid_scope');
  if (error !== null) throw new ConnectRefused('access_denied');
  const realmId = searchParams.get('realmId');
  if (!searchParams.get('code')) throw new ConnectRefused('incomplete_callback');
  // Intuit names the company where accounting is granted, and only the person otherwise.
  if (realmId === null) throw new ConnectRefused('scope_missing');
  if (!/^\d{1,32}$/.test(realmId)) throw new ConnectRefused('incomplete_callback');
  return realmId;
}

const seconds = z.coerce.number().positive().max(1_000_000_000);

/** Documented: access token up to 4,096 characters, refresh token up to 512. */
const tokenAnswer = z.object({
  access_token: z.string().min(1).max(16_384),
  refresh_token: z.string().min(1).max(4_096),
  expires_in: seconds,
  x_refresh_token_expires_in: seconds,
  x_refresh_token_hard_expires_in: seconds.optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});
const grantError = z.object({ error: z.literal('invalid_grant') });

function readTokenAnswer(
  answer: Answered,
  now: Date,
): TokenSet | 'invalid_grant' | 'scope_missing' {
  const json = parse(answer.body);
  if (answer.status === 400 && grantError.safeParse(json).success) return 'invalid_grant';
  if (answer.status !== 200) throw unavailable(answer, 'no tokens');
  const tokens = tokenAnswer.safeParse(json);
  if (!tokens.success) throw unavailable(answer, 'malformed tokens');
  const { data } = tokens;
  if (data.scope !== undefined && !data.scope.split(/\s+/).includes(ACCOUNTING_SCOPE)) {
    return 'scope_missing';
  }
  const after = (lifeSeconds: number) => new Date(now.getTime() + lifeSeconds * 1_000);
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token,
    accessExpiresAt: after(data.expires_in),
    refreshExpiresAt: after(data.x_refresh_token_expires_in),
    hardExpiresAt:
      data.x_refresh_token_hard_expires_in === undefined
        ? null
        : after(data.x_refresh_token_hard_expires_in),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unavailable({ status, intuitTid }: Answered, cause: string): QuickBooksUnavailable {
  return new QuickBooksUnavailable({ status, cause, intuitTid });
}

interface LibraryRequest {
  url: string;
  method: 'POST';
  headers: Record<string, string>;
  data: Record<string, string>;
}

/**
 * One call of Intuit's client, which makes the requests and reads nothing: its own transport repeats
 * calls by itself, follows redirects and drops the body of an error. The answer is read by us.
 */
class TokenCall extends OAuthClient {
  readonly #options: AuthOptions;
  readonly #signal: AbortSignal;
  #outcome: HttpOutcome | undefined;

  constructor(options: AuthOptions, signal = new AbortController().signal) {
    super({
      environment: 'production',
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      redirectUri: options.redirectUri,
      includeRefreshTokenHardExpiresIn: true,
      logging: false,
    });
    this.#options = options;
    this.#signal = signal;
    // The library keeps its addresses per process: set before each call, which reads them at once.
    const { authorize, token, revoke } = options.endpoints;
    this.setAuthorizeURLs({
      authorizeEndpoint: authorize,
      tokenEndpoint: token,
      revokeEndpoint: revoke,
      userInfoEndpoint: '',
    });
  }

  async answerOf(call: (client: TokenCall) => Promise<unknown>): Promise<Answered> {
    let failure: unknown;
    await call(this).catch((error: unknown) => {
      failure = error;
    });
    if (this.#outcome?.kind === 'answer') return this.#outcome;
    this.#signal.throwIfAborted();
    if (this.#outcome === undefined) throw failure;
    throw new QuickBooksUnavailable({ status: null, cause: this.#outcome.cause });
  }

  override async loadResponse(request: LibraryRequest) {
    const { url, headers, data } = request;
    const isForm = headers['Content-Type'] === 'application/x-www-form-urlencoded';
    const outcome = await this.#options.http.send(
      {
        method: 'POST',
        url,
        headers,
        body: isForm ? new URLSearchParams(data).toString() : JSON.stringify(data),
      },
      { signal: this.#signal, deadlineMs: this.#options.tokenCallMs },
    );
    this.#outcome = outcome;
    // What the library makes of it does not matter; it only has to end.
    return { status: 200, statusText: '', headers: {}, data: {} };
  }
}
