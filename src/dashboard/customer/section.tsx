import { type ReactNode, useId } from 'react';
import { RequestFailed } from '../api/api.js';

/** A part of the page under a heading of its own. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className="section" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  );
}

/** Something did not work: what, and why as far as the server says. */
export function Refusal({ title, error }: { title: string; error: Error }) {
  const isFailed = error instanceof RequestFailed;
  return (
    <div className="refusal" role="alert">
      <strong>{title}.</strong> {(isFailed ? error.detail : undefined) ?? error.message}
      {isFailed && error.status >= 500 && error.requestId !== undefined && (
        <> Request {error.requestId}.</>
      )}
    </div>
  );
}
