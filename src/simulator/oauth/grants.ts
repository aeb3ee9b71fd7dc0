/**
 * What a company's owner has granted to which app: codes, access tokens, refresh tokens. Life times
 * follow Intuit's OAuth 2.0 page and FAQ.
 */

import { randomBytes } from 'node:crypto';
import type { Behaviours } from '../engine/behaviours.js';
import { OAuthError, userNotInRealm } from './refusals.js';

export const ACCESS_TOKEN_SECONDS = 3_600;
const CODE_MS = 5 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Absolute life of a grant: five years. */
const HARD_MS = 5 * 365 * DAY_MS;

export const ACCOUNTING_SCOPE = 'com.intuit.quickbooks.accounting';

/** The app that control means where none is named. */
export const DEFAULT_CLIENT = 'simulator-client';

export interface Grant {
  id: string;
  clientId: string;
  realmId: string;
  scopes: string[];
  refreshToken: string;
  /** When this value of the refresh token was issued. */
  refreshIssuedAtMs: number;
  refreshExpiresAtMs: number;
  createdAtMs: number;
  /** Set when the person who granted it has lost their own access to the company. */
  personLeft?: true;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  refreshExpiresInSeconds: number;
  hardExpiresInSeconds: number;
}

interface Code {
  clientId: string;
  realmId: string;
  redirectUri: string;
  scopes: string[];
  expiresAtMs: number;
  /** Set by the first exchange. */
  grantId?: string;
}

interface AccessToken {
  grantId: string;
  expiresAtMs: number;
}

export interface GrantsSnapshot {
  grants: Grant[];
  codes: [string, Code][];
  access: [string, AccessToken][];
}

/** Access tokens kept at once; expired ones go first. */
const ACCESS_MAX = 20_000;

export class Grants {
  readonly #grants = new Map<string, Grant>();
  /** By app and company. */
  readonly #connections = new Map<string, Set<Grant>>();
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, string>();

  constructor(
    private readonly nowMs: () => number,
    private readonly behaviours: Behaviours,
  ) {}

  issueCode(grant: Pick<Code, 'clientId' | 'realmId' | 'redirectUri' | 'scopes'>): string {
    const code = `XAB1${randomBytes(24).toString('hex')}`;
    this.#codes.set(code, { ...grant, expiresAtMs: this.nowMs() + CODE_MS });
    return code;
  }

  /** @throws OAuthError invalid_grant for an unknown, used, expired or another app's code */
  exchange(code: string, clientId: string, redirectUri: string | undefined): Tokens {
    const known = this.#codes.get(code);
    const refused = new OAuthError(400, 'invalid_grant', 'Incorrect Token type or clientID');
    if (known === undefined) throw refused;
    if (known.grantId !== undefined) {
      if (this.behaviours.codeReuse === 'refuse_and_revoke') this.#end(known.grantId);
      throw refused;
    }
    const valid =
      known.clientId === clientId &&
      known.redirectUri === redirectUri &&
      known.expiresAtMs > this.nowMs();
    if (!valid) throw refused;
    const grant = this.#newGrant(known);
    known.grantId = grant.id;
    return this.#tokens(grant);
  }

  /** Tokens without the browser, for tests. */
  grant(of: Pick<Grant, 'clientId' | 'realmId' | 'scopes'>): Tokens {
    return this.#tokens(this.#newGrant(of));
  }

  /** @throws OAuthError invalid_grant for a refresh token that is unknown, replaced or expired */
  refresh(token: string, clientId: string): Tokens {
    const nowMs = this.nowMs();
    const grant = this.#grants.get(this.#refresh.get(token) ?? '');
    const valid =
      grant !== undefined &&
      grant.clientId === clientId &&
      grant.refreshExpiresAtMs > nowMs &&
      grant.createdAtMs + HARD_MS > nowMs;
    if (!valid) {
      throw new OAuthError(400, 'invalid_grant', 'Incorrect or invalid refresh token');
    }
    if (grant.personLeft === true) throw userNotInRealm();
    const due = nowMs - grant.refreshIssuedAtMs >= DAY_MS;
    if (due || this.behaviours.refreshRotation === 'always') {
      this.#refresh.delete(grant.refreshToken);
      this.#giveRefreshToken(grant);
    }
    return this.#tokens(grant);
  }

  /** Ends the grant of an access or refresh token. False where the token is not known. */
  revoke(token: string, clientId: string): boolean {
    const grant = this.behind(token);
    if (grant === undefined || grant.clientId !== clientId) return false;
    this.#end(grant.id);
    return true;
  }

  /** What an access token allows, or `undefined` where it does not work (any more). */
  access(token: string): Grant | undefined {
    const access = this.#access.get(token);
    if (access === undefined || access.expiresAtMs <= this.nowMs()) return undefined;
    return this.#grants.get(access.grantId);
  }

  /** The grant behind a refresh or access token, while the token is the current one. */
  behind(token: string): Grant | undefined {
    const id = this.#refresh.get(token) ?? this.#access.get(token)?.grantId;
    return this.#grants.get(id ?? '');
  }

  /** Whether a company has let the app at its books, and the app could still come. */
  isConnected(clientId: string, realmId: string): boolean {
    const nowMs = this.nowMs();
    for (const grant of this.#connections.get(connectionOf({ clientId, realmId })) ?? []) {
      const lives = grant.refreshExpiresAtMs > nowMs && grant.createdAtMs + HARD_MS > nowMs;
      if (lives && grant.scopes.includes(ACCOUNTING_SCOPE)) return true;
    }
    return false;
  }

  /** Ends the grants for a company, of one app or of all, as its owner does inside QuickBooks. */
  disconnect(realmId: string, clientId?: string): Grant[] {
    const ended = this.#ofCompany(realmId, clientId);
    for (const grant of ended) this.#end(grant.id);
    return ended;
  }

  /** Ends all that points to a company, codes that are not exchanged yet among it. */
  drop(realmId: string): void {
    this.disconnect(realmId);
    for (const [code, known] of this.#codes)
      if (known.realmId === realmId) this.#codes.delete(code);
  }

  /** The person who connected a company to an app, or to all, is no user of it any more. */
  leave(realmId: string, clientId?: string): Grant[] {
    const left = this.#ofCompany(realmId, clientId);
    for (const grant of left) grant.personLeft = true;
    return left;
  }

  snapshot(): GrantsSnapshot {
    return {
      grants: [...this.#grants.values()],
      codes: [...this.#codes],
      access: [...this.#access],
    };
  }

  /** Puts what was kept in the place of what is here. */
  restore({ grants, codes, access }: GrantsSnapshot): void {
    for (const id of [...this.#grants.keys()]) this.#end(id);
    this.#codes.clear();
    for (const grant of grants) {
      this.#keep(grant);
      this.#refresh.set(grant.refreshToken, grant.id);
    }
    for (const [code, known] of codes) this.#codes.set(code, known);
    for (const [token, known] of access) this.#access.set(token, known);
  }

  #ofCompany(realmId: string, clientId?: string): Grant[] {
    return [...this.#grants.values()].filter(
      (grant) =>
        grant.realmId === realmId && (clientId === undefined || grant.clientId === clientId),
    );
  }

  #newGrant({ clientId, realmId, scopes }: Pick<Grant, 'clientId' | 'realmId' | 'scopes'>): Grant {
    const grant: Grant = {
      id: randomBytes(12).toString('hex'),
      clientId,
      realmId,
      scopes,
      refreshToken: '',
      refreshIssuedAtMs: 0,
      refreshExpiresAtMs: 0,
      createdAtMs: this.nowMs(),
    };
    this.#keep(grant);
    this.#giveRefreshToken(grant);
    return grant;
  }

  #keep(grant: Grant): void {
    this.#grants.set(grant.id, grant);
    const connection = connectionOf(grant);
    const grants = this.#connections.get(connection) ?? new Set();
    this.#connections.set(connection, grants.add(grant));
  }

  #giveRefreshToken(grant: Grant): void {
    grant.refreshToken = `AB1${randomBytes(24).toString('hex')}`;
    grant.refreshIssuedAtMs = this.nowMs();
    grant.refreshExpiresAtMs = grant.refreshIssuedAtMs + this.behaviours.refreshTokenDays * DAY_MS;
    this.#refresh.set(grant.refreshToken, grant.id);
  }

  #tokens(grant: Grant): Tokens {
    const nowMs = this.nowMs();
    this.#makeRoom(nowMs);
    const accessToken = `eyJ${randomBytes(480).toString('base64url')}`;
    const expiresAtMs = nowMs + ACCESS_TOKEN_SECONDS * 1000;
    this.#access.set(accessToken, { grantId: grant.id, expiresAtMs });
    const seconds = (untilMs: number) => Math.floor((untilMs - nowMs) / 1000);
    return {
      accessToken,
      refreshToken: grant.refreshToken,
      expiresInSeconds: ACCESS_TOKEN_SECONDS,
      refreshExpiresInSeconds: seconds(grant.refreshExpiresAtMs),
      hardExpiresInSeconds: seconds(grant.createdAtMs + HARD_MS),
    };
  }

  #makeRoom(nowMs: number): void {
    if (this.#access.size < ACCESS_MAX) return;
    for (const [token, { expiresAtMs }] of this.#access) {
      if (expiresAtMs <= nowMs) this.#access.delete(token);
    }
    const [oldest] = this.#access.keys();
    if (this.#access.size >= ACCESS_MAX && oldest !== undefined) this.#access.delete(oldest);
  }

  #end(grantId: string): void {
    const grant = this.#grants.get(grantId);
    if (grant === undefined) return;
    this.#grants.delete(grantId);
    this.#connections.get(connectionOf(grant))?.delete(grant);
    this.#refresh.delete(grant.refreshToken);
    for (const [token, access] of this.#access) {
      if (access.grantId === grantId) this.#access.delete(token);
    }
  }
}

function connectionOf({ clientId, realmId }: Pick<Grant, 'clientId' | 'realmId'>): string {
  return `${realmId} ${clientId}`;
}
