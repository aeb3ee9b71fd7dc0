/** A data file that cannot be used; the message is one line that says which and why. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';
}

/** What the system says of a path that it cannot open, for the person who named it. */
export function unusable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new DataFileError(`The data file ${path} ${REASONS[code] ?? `cannot be used (${code})`}.`);
}

/** The system's name of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is in a folder that does not exist',
  ENOTDIR: 'is in a folder that does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  EROFS: 'is on a disk that cannot be written',
};
