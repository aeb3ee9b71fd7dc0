/** A refusal in OAuth's own form. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  constructor(
    readonly status: number,
    readonly error: string,
    readonly description: string,
    /** Members that say more, as Intuit spells them. */
    readonly reason: Readonly<Record<string, string>> = {},
  ) {
    super(`${error}: ${description}`);
  }
}

/** The person who granted it has lost their own access to the company. Recorded. */
export function userNotInRealm(): OAuthError {
  const description = 'Unauthorized Request: User is not a member of the specified Realm';
  return new OAuthError(400, 'invalid_grant', description, {
    x_error_reason: 'user_not_in_realm',
    x_error_reason_detail: 'The user is not in the specified realm',
  });
}
