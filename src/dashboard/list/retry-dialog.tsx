import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { OpsDocumentRow, OpsRetryAnswer } from '../../contract/ops.js';
import { retryDocuments } from '../api/api.js';
import { refreshLists } from '../api/queries.js';
import { asWords } from '../document/format.js';
import { countedKind } from '../document/kinds.js';
import { Failure } from '../frame/failure.js';
import { useSession } from '../frame/session.js';
import { documentName } from './document-link.js';
import styles from './retry-dialog.module.css';

interface RetryDialogProps {
  /** What is to be retried; null while nothing is asked. */
  documents: readonly OpsDocumentRow[] | null;
  /** `isDone` after the server has taken the retry. */
  onClose: (isDone: boolean) => void;
}

/** Asks before several documents are retried, then says what became of each. */
export function RetryDialog({ documents, onClose }: RetryDialogProps) {
  const { csrfToken } = useSession();
  const retry = useMutation({
    mutationFn: (ids: string[]) => retryDocuments(ids, csrfToken),
    onSettled: () => {
      void refreshLists();
    },
  });
  const asked = documents ?? [];
  const result = retry.data;

  function close(): void {
    if (retry.isPending) return;
    onClose(result !== undefined);
    retry.reset();
  }

  return (
    <Modal
      opened={documents !== null}
      onClose={close}
      title={result === undefined ? `Retry ${counted(asked.length)}?` : 'Retried'}
      // What was pressed before may be gone after a retry; then the focus goes to the heading.
      returnFocus={result === undefined}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
      classNames={{ title: styles.title }}
    >
      {result === undefined ? (
        <Question
          documents={asked}
          error={retry.error}
          isPending={retry.isPending}
          onRetry={() => retry.mutate(asked.map((document) => document.id))}
          onCancel={close}
        />
      ) : (
        <Result documents={asked} results={result.results} onClose={close} />
      )}
    </Modal>
  );
}

interface QuestionProps {
  documents: readonly OpsDocumentRow[];
  error: Error | null;
  isPending: boolean;
  onRetry: () => void;
  onCancel: () => void;
}

function Question({ documents, error, isPending, onRetry, onCancel }: QuestionProps) {
  return (
    <div className={styles.body}>
      <p>{kindSummary(documents)} will be sent to QuickBooks again, for these reasons:</p>
      <ul className={styles.list}>
        {reasonSummary(documents).map(([reason, count]) => (
          <li key={reason}>
            <span className={styles.count}>{count}</span> {reason}
          </li>
        ))}
      </ul>
      <p className={styles.note}>What has not been corrected since will fail again.</p>
      {error !== null && <Failure title="The retry was not accepted" error={error} />}
      <div className={styles.actions}>
        <Button variant="default" disabled={isPending} onClick={onCancel}>
          Cancel
        </Button>
        <Button loading={isPending} onClick={onRetry} data-autofocus>
          Retry {counted(documents.length)}
        </Button>
      </div>
    </div>
  );
}

interface ResultProps {
  documents: readonly OpsDocumentRow[];
  results: OpsRetryAnswer['results'];
  onClose: () => void;
}

function Result({ documents, results, onClose }: ResultProps) {
  const names = new Map(documents.map((document) => [document.id, documentName(document)]));
  const refused = results.filter((result) => !result.retried);
  const retriedCount = results.length - refused.length;
  return (
    <div className={styles.body}>
      <div role="status" className={styles.outcome}>
        <p>{retriedCount === 0 ? 'No document' : counted(retriedCount)} will be sent again.</p>
        {refused.length > 0 && (
          <>
            <p>{counted(refused.length)} could not be retried:</p>
            <ul className={styles.list}>
              {refused.map(({ id, detail }) => (
                <li key={id}>
                  <strong>{names.get(id) ?? id}</strong> {detail}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className={styles.actions}>
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      </div>
    </div>
  );
}

function counted(count: number): string {
  return `${count} document${count === 1 ? '' : 's'}`;
}

/** `4 invoices, 1 customer`. */
function kindSummary(documents: readonly OpsDocumentRow[]): string {
  return tally(documents.map((document) => document.kind))
    .map(([kind, count]) => countedKind(kind, count))
    .join(', ');
}

function reasonSummary(documents: readonly OpsDocumentRow[]): [string, number][] {
  return tally(
    documents.map(({ reason }) => (reason === null ? 'No reason given' : asWords(reason))),
  );
}

/** Each value with how often it occurs, the most frequent first. */
function tally<Value>(values: readonly Value[]): [Value, number][] {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
