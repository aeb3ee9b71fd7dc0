import { z } from 'zod';
import { ROLES, type Role } from '../contract/ops.js';
import type { SingleSignOnConfig } from '../http/auth/single-sign-on.js';

/** Settings of logging in over an identity provider (OpenID Connect). */
export const SINGLE_SIGN_ON_SHAPE = {
  OIDC_ISSUER: z
    .string()
    .refine(isSafeIssuer, {
      error: 'must be an https:// address; http:// only on this machine',
    })
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_SCOPES: z
    .string()
    .regex(/(^| )openid( |$)/, { error: 'must hold openid' })
    .default('openid email'),
  OIDC_ROLE_CLAIM: z.string().default('groups'),
  OIDC_ROLES: z
    .string()
    .refine((text) => rolesOf(text) !== undefined, {
      error: `must be value=role,…, with a role of ${ROLES.join(', ')}`,
    })
    .default(''),
} as const;

type SingleSignOnSettings = z.output<z.ZodObject<typeof SINGLE_SIGN_ON_SHAPE>>;

/** Undefined where no issuer is set. */
export function singleSignOnOf(settings: SingleSignOnSettings): SingleSignOnConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = settings;
  const { OIDC_CLIENT_SECRET: clientSecret } = settings;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    return undefined;
  return {
    issuer,
    clientId,
    clientSecret,
    scopes: settings.OIDC_SCOPES,
    roleClaim: settings.OIDC_ROLE_CLAIM,
    roles: rolesOf(settings.OIDC_ROLES) ?? [],
  };
}

/** Settings of which one alone is worth nothing. */
export const SINGLE_SIGN_ON_TOGETHER = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
] as const;

/** `qbo-admins=admin,ada@example.com=support`; addresses are compared in small letters. */
function rolesOf(text: string): { value: string; role: Role }[] | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const given = parts.flatMap((part) => {
    const [, value = '', name] = /^(.+)=(\w+)$/.exec(part) ?? [];
    const role = ROLES.find((known) => known === name);
    if (role === undefined) return [];
    return [{ value: value.includes('@') ? value.toLowerCase() : value, role }];
  });
  return given.length === parts.length ? given : undefined;
}

function isSafeIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}
