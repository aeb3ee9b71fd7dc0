import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { StatedWhole } from '../../contract/correction.js';
import type { PreviewAnswer } from '../../contract/preview.js';
import type { FieldError } from '../../contract/problem.js';
import { RequestFailed } from '../api/api.js';
import { sendCorrection, tryCorrection } from '../api/operations-api.js';
import { refreshDocument } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useSession } from '../frame/session.js';
import causeStyles from './cause.module.css';
import styles from './correct-document.module.css';
import { type Draft, ruleOf } from './correction-fields.js';
import { CorrectionForm } from './correction-form.js';

interface CorrectionProps {
  /** Its id in the ledger. */
  document: string;
  stated: StatedWhole;
  onDone: () => void;
}

const NO_ERRORS: readonly FieldError[] = [];

/** A draft of the document, by fields or whole; tried first, then sent. */
export function Correction({ document, stated, onDone }: CorrectionProps) {
  const { csrfToken } = useSession();
  const [draft, setDraft] = useState<Draft>(stated.document);
  const [whole, setWhole] = useState<string | null>(null);
  const trial = useMutation({
    mutationFn: () => tryCorrection(document, draft, csrfToken),
  });
  const send = useMutation({
    mutationFn: () =>
      sendCorrection(document, { document: draft, revision: stated.revision }, csrfToken),
    onSuccess: onDone,
    onSettled: () => refreshDocument(document),
  });
  const change = (next: Draft) => {
    setDraft(next);
    trial.reset();
    send.reset();
  };
  const changeWhole = (text: string) => {
    setWhole(text);
    const read = asDocument(text);
    if (read !== undefined) change(read);
  };
  const error = send.error ?? trial.error;
  const errors = error instanceof RequestFailed ? error.errors : NO_ERRORS;
  const isReadable = whole === null || asDocument(whole) !== undefined;
  // Before the first reading of QuickBooks nothing can be shown; the correction waits as anything does.
  const isUntriable = trial.error instanceof RequestFailed && trial.error.status === 409;
  return (
    <>
      <p>
        It goes to QuickBooks in the place of what the app stated, until the app states something
        else than before. Tell the app’s owner as well.
      </p>
      <div className={styles.tabs}>
        <Tab name="Fields" isOn={whole === null} onChoose={() => setWhole(null)} />
        <Tab
          name="Everything"
          isOn={whole !== null}
          onChoose={() => setWhole(JSON.stringify(draft, null, 2))}
        />
      </div>
      {whole === null ? (
        <CorrectionForm draft={draft} errors={errors} onChange={change} />
      ) : (
        <Textarea
          className={styles.whole}
          label="The document as JSON"
          rows={18}
          value={whole}
          error={isReadable ? undefined : 'This is no JSON object.'}
          onChange={(event) => changeWhole(event.currentTarget.value)}
        />
      )}
      {error !== null && <Failure title="It was not accepted" error={error} />}
      {errors.length > 0 && <Wrong errors={errors} />}
      {trial.data !== undefined && <Would answer={trial.data} />}
      <div className={causeStyles.actions}>
        <Button
          variant="default"
          loading={trial.isPending}
          disabled={!isReadable}
          onClick={() => trial.mutate()}
        >
          Show what it would do
        </Button>
        <Button
          loading={send.isPending}
          disabled={!isReadable || (trial.data === undefined && !isUntriable)}
          onClick={() => send.mutate()}
        >
          Correct and send
        </Button>
      </div>
    </>
  );
}

function Tab({ name, isOn, onChoose }: { name: string; isOn: boolean; onChoose: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant={isOn ? 'filled' : 'default'}
      aria-pressed={isOn}
      onClick={onChoose}
    >
      {name}
    </Button>
  );
}

function Wrong({ errors }: { errors: readonly FieldError[] }) {
  return (
    <ul className={styles.wrong} aria-label="What is wrong">
      {errors.map((error) => (
        <li key={`${error.field} ${error.rule}`}>
          <code>{error.field}</code> {ruleOf(error)}
        </li>
      ))}
    </ul>
  );
}

/** What would become of it. */
function Would({ answer: { label, details, creates, request } }: { answer: PreviewAnswer }) {
  return (
    <section className={styles.would} aria-label="What it would do" role="status">
      <p>
        <strong>It would be: {label}.</strong> {details}
      </p>
      {creates.length > 0 && (
        <p>Made first: {creates.map(({ type, name }) => `${type} ${name}`).join(', ')}</p>
      )}
      {request !== null && (
        <>
          <p>
            {request.operation} of the {request.entity} in QuickBooks:
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <pre tabIndex={0}>{JSON.stringify(request.body, null, 2)}</pre>
        </>
      )}
    </section>
  );
}

function asDocument(text: string): Draft | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Draft)
      : undefined;
  } catch {
    return undefined;
  }
}
