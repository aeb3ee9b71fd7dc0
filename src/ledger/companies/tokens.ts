import type { StoredTokens, TokenStore } from '../../qbo/stores.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';

interface TokenRow {
  generation: number;
  accessCipher: Buffer;
  refreshCipher: Buffer;
  previousRefreshCipher: Buffer | null;
  accessExpiresAt: Date;
  refreshExpiresAt: Date;
  hardExpiresAt: Date | null;
  usable: boolean;
}

/**
 * The tokens of companies, encrypted. Every change names the generation it is based on and changes
 * nothing where another process was first; the claim of a refresh runs on the database's clock.
 */
export function tokenStore(ledger: Ledger): TokenStore {
  const { sql, cipher } = ledger;

  const read = async (companyId: string): Promise<StoredTokens | undefined> => {
    const [row] = await sql<TokenRow[]>`
      select generation, access_cipher, refresh_cipher, previous_refresh_cipher, access_expires_at,
        refresh_expires_at, hard_expires_at, usable
      from tokens where company_id = ${companyId}`;
    if (row === undefined) return undefined;
    const { generation, accessExpiresAt, refreshExpiresAt, hardExpiresAt, usable } = row;
    const previous = row.previousRefreshCipher;
    return {
      generation,
      accessToken: cipher.decrypt(PLACES.accessToken(companyId), row.accessCipher),
      refreshToken: cipher.decrypt(PLACES.refreshToken(companyId), row.refreshCipher),
      previousRefreshToken:
        previous === null ? null : cipher.decrypt(PLACES.refreshToken(companyId), previous),
      accessExpiresAt,
      refreshExpiresAt,
      hardExpiresAt,
      usable,
    };
  };

  return {
    read,

    async realmOf(companyId) {
      const [row] = await sql<{ realmCipher: Buffer }[]>`
        select realm_cipher from companies where id = ${companyId}`;
      if (row === undefined) throw new Error(`Company ${companyId} is not in the ledger`);
      return cipher.decrypt(PLACES.realm(companyId), row.realmCipher);
    },

    async claimRefresh(companyId, generation, claimMs) {
      const claimed = await sql`
        update tokens
        set refreshing_until = clock_timestamp() + ${claimMs}::float8 * interval '1 millisecond'
        where company_id = ${companyId} and generation = ${generation} and usable
          and (refreshing_until is null or refreshing_until <= clock_timestamp())`;
      return claimed.count === 1;
    },

    async saveRefreshed(companyId, generation, tokens) {
      const before = await read(companyId);
      if (before?.generation !== generation) return false;
      // The value changes about once a day: only then is there a previous one to remember.
      const changed = before.refreshToken !== tokens.refreshToken;
      const saved = await sql`
        update tokens set generation = generation + 1,
          previous_refresh_cipher =
            case when ${changed} then refresh_cipher else previous_refresh_cipher end,
          access_cipher = ${cipher.encrypt(PLACES.accessToken(companyId), tokens.accessToken)},
          refresh_cipher = ${cipher.encrypt(PLACES.refreshToken(companyId), tokens.refreshToken)},
          access_expires_at = ${tokens.accessExpiresAt},
          refresh_expires_at = ${tokens.refreshExpiresAt},
          hard_expires_at = coalesce(${tokens.hardExpiresAt}, hard_expires_at),
          refreshing_until = null, updated_at = now()
        where company_id = ${companyId} and generation = ${generation}`;
      return saved.count === 1;
    },

    async releaseRefresh(companyId, generation) {
      await sql`
        update tokens set refreshing_until = null
        where company_id = ${companyId} and generation = ${generation}`;
    },

    async markUnusable(companyId, generation) {
      const marked = await sql`
        update tokens set usable = false, refreshing_until = null, updated_at = now()
        where company_id = ${companyId} and generation = ${generation}`;
      return marked.count === 1;
    },
  };
}
