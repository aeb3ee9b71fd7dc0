import { z } from 'zod';

/** One thing wrong with a request: where, which rule, and what was got instead. */
export const fieldError = z.object({
  field: z.string(),
  rule: z.string(),
  got: z.string().optional(),
});
export type FieldError = z.infer<typeof fieldError>;

/** RFC 9457 problem document, the only shape of an error answer. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** Names the log lines of this request. */
  requestId: z.string().optional(),
  errors: z.array(fieldError).optional(),
});
export type Problem = z.infer<typeof problem>;

const GOT_LENGTH_MAX = 80;
const PATH_LENGTH_MAX = 200;
const KEYS_NAMED_MAX = 10;
const ERRORS_MAX = 100;

/** zod's issues as field errors: the first 100, values cut so that none floods an answer. */
export function fieldErrorsOf(error: z.ZodError, input: unknown): FieldError[] {
  return error.issues.slice(0, ERRORS_MAX).map((issue) => ({
    field: shown(issue.path.map(String).join('.') || '(body)', PATH_LENGTH_MAX),
    rule: issue.code === 'unrecognized_keys' ? unknownFields(issue.keys) : issue.message,
    got: describe(valueAt(input, issue.path)),
  }));
}

function unknownFields(keys: readonly string[]): string {
  const named = keys.slice(0, KEYS_NAMED_MAX).map((key) => shown(key, GOT_LENGTH_MAX));
  const rest = keys.length - named.length;
  return `unknown field ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}

function describe(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object';
  return shown(String(value), GOT_LENGTH_MAX);
}

/** Text of a request that can be stored and shown: cut, without NUL and half characters. */
function shown(text: string, lengthMax: number): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return cut.toWellFormed().replaceAll('\0', '\uFFFD');
}
