export type EmbeddedPostgresFault =
  | 'platform_unsupported'
  | 'binaries_unusable'
  | 'no_place'
  | 'in_use'
  | 'init_failed'
  | 'start_failed';

/** Why the embedded PostgreSQL could not be had. The message says what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly fault: EmbeddedPostgresFault,
    message: string,
  ) {
    super(`Embedded PostgreSQL: ${message}`);
  }
}

/** The operating system's code of an error (`ENOENT`, `EACCES` …), undefined for other errors. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
