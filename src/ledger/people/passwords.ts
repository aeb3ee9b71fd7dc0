import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB and 2 passes, first choice of the OWASP password storage cheat sheet. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A password that an admin made for somebody else has to be replaced within this. */
export const GIVEN_MS = 7 * 86_400_000;

/** argon2id is the library's default algorithm. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS);
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password belongs to the hash. Without a hash (unknown person) a decoy is compared, so
 * that the time taken does not tell whether there is such a person.
 */
export async function isPassword(passwordHash: string | undefined, password: string) {
  decoy ??= hashPassword(randomBytes(16).toString('base64url'));
  const isRight = await verify(passwordHash ?? (await decoy), password);
  return passwordHash !== undefined && isRight;
}

/** A password for a first login: 144 random bits. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}
