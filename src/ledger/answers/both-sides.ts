/** Reading of what two sides say in shapes of their own. */

const WRAPPERS: ReadonlySet<string> = new Set(['time', 'bId', 'Fault']);

/** The object in `{Invoice: {…}, time}` or in an item of a batch; undefined in a refusal. */
export function entityOf(answer: unknown): Record<string, unknown> | undefined {
  if (typeof answer !== 'object' || answer === null || 'Fault' in answer) return undefined;
  const [found] = Object.entries(answer).filter(([name]) => !WRAPPERS.has(name));
  const entity: unknown = found?.[1];
  return isObject(entity) ? entity : undefined;
}

/** What lies at the path; undefined where it leads nowhere. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
