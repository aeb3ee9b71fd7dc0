import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { OpsDocument } from '../../contract/ops.js';
import { retryDocuments } from '../api/api.js';
import { refreshDocument } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useMayRetry, useSession } from '../frame/session.js';
import { needsEdit } from './advice.js';
import { clockTime, inOwnTime } from './format.js';
import styles from './retry-document.module.css';
import { STATUS_LOOKS } from './statuses.js';

type Asked = Pick<OpsDocument, 'updatedAt'>;

/** Retry of one document; where it is not offered, the reason for that stands beside the button. */
export function RetryDocument({ document }: { document: OpsDocument }) {
  const noteId = useId();
  const { csrfToken } = useSession();
  const mayRetry = useMayRetry();
  const retry = useMutation({
    // As it was when it was asked for: what came of it is told from that.
    mutationFn: (_asked: Asked) => retryDocuments([document.id], csrfToken),
    onSettled: () => refreshDocument(document.id),
  });
  if (!mayRetry) return null;
  const isOffered = document.actions.includes('retry');
  const result = retry.data?.results[0];
  // One that fails again at once, before anything is sent, was not taken up, but is looked at anew.
  const isPlaced = result?.retried || document.updatedAt !== retry.variables?.updatedAt;
  const outcome =
    result !== undefined && isPlaced
      ? outcomeOf(document, retry.variables, new Date(retry.submittedAt))
      : result?.detail;
  const note = outcome ?? (isOffered ? undefined : STATUS_LOOKS[document.status].noRetry);
  return (
    <div className={styles.retry}>
      {retry.error !== null && <Failure title="The retry was not accepted" error={retry.error} />}
      <span id={noteId} role="status" className={styles.note}>
        {note}
      </span>
      <Button
        size="sm"
        disabled={!isOffered}
        // The main thing to do only where it can help.
        variant={needsEdit(document.reason) ? 'default' : 'filled'}
        loading={retry.isPending}
        aria-describedby={noteId}
        onClick={() => retry.mutate({ updatedAt: document.updatedAt })}
      >
        Retry
      </Button>
    </div>
  );
}

/** What a retry has come to by now. */
function outcomeOf(document: OpsDocument, asked: Asked | undefined, at: Date): string {
  const { status, updatedAt, details } = document;
  const when = clockTime(at);
  if (updatedAt === asked?.updatedAt || STATUS_LOOKS[status].settled === false) {
    return `Retry accepted at ${when}.`;
  }
  if (status === 'failed') return `Retried at ${when}. It failed again: ${inOwnTime(details)}`;
  return `Retried at ${when}: ${STATUS_LOOKS[status].label.toLowerCase()}.`;
}
