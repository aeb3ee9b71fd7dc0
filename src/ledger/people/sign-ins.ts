import type { Person } from '../../contract/people.js';

/** How somebody shows who they are. */
export type SignIn = Person['signsInBy'][number];

/** The ledger's side of it, read with `users`. */
export interface SignInColumns {
  hasPassword: boolean;
  hasSingleSignOn: boolean;
}

export function signInsOf({ hasPassword, hasSingleSignOn }: SignInColumns): SignIn[] {
  return [
    ...(hasPassword ? (['password'] as const) : []),
    ...(hasSingleSignOn ? (['single_sign_on'] as const) : []),
  ];
}
