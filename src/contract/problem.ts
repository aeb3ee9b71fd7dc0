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

/** zod's issues as field errors: every problem at once, values cut so that none floods an answer. */
export function fieldErrorsOf(error: z.ZodError, input: unknown): FieldError[] {
  return error.issues.map((issue) => ({
    field: issue.path.map(String).join('.') || '(body)',
    rule:
      issue.code === 'unrecognized_keys' ? `unknown field ${issue.keys.join(', ')}` : issue.message,
    got: describe(valueAt(input, issue.path)),
  }));
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
  const shown =
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : String(value);
  return shown.length > GOT_LENGTH_MAX ? `${shown.slice(0, GOT_LENGTH_MAX)}…` : shown;
}
