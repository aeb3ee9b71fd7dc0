/** Members of a QuickBooks body: only what a document says is written. */

/** A stated text worth sending; blank text says nothing. */
export function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The object without its undefined members, so that a body shows exactly what is sent. */
export function stated<Body extends object>(body: Body): Body {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Body;
}
