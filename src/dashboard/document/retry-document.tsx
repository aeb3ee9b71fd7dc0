import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { OpsDocument } from '../../contract/ops.js';
import { retryDocuments } from '../api/api.js';
import { refreshDocument } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useMayRetry, useSession } from '../frame/session.js';
import { clockTime } from './format.js';
import styles from './retry-document.module.css';
import { STATUS_LOOKS } from './statuses.js';

/** Retry of one document; where it is not offered, the reason for that stands beside the button. */
export function RetryDocument({ document }: { document: OpsDocument }) {
  const noteId = useId();
  const { csrfToken } = useSession();
  const mayRetry = useMayRetry();
  const retry = useMutation({
    mutationFn: () => retryDocuments([document.id], csrfToken),
    onSettled: () => refreshDocument(document.id),
  });
  if (!mayRetry) return null;
  const isOffered = document.actions.includes('retry');
  const result = retry.data?.results[0];
  const outcome = result?.retried
    ? `Retry accepted at ${clockTime(new Date(retry.submittedAt))}.`
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
        loading={retry.isPending}
        aria-describedby={noteId}
        onClick={() => retry.mutate()}
      >
        Retry
      </Button>
    </div>
  );
}
