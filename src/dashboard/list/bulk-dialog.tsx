import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BulkActionAnswer, BulkActionName } from '../../contract/bulk-action.js';
import { abortBulkAction, askBulkAction } from '../api/operations-api.js';
import { bulkActionQuery, linkableQuery, refreshOperations } from '../api/operations-queries.js';
import { refreshLists } from '../api/queries.js';
import styles from '../document/cause.module.css';
import { counted, groupedAmount, worthOf } from '../document/format.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { documentName } from './document-link.js';

const ACTIONS: readonly { value: BulkActionName; label: string }[] = [
  { value: 'retry', label: 'Retry' },
  { value: 'skip', label: 'Skip' },
  { value: 'mark_handled', label: 'Mark as handled' },
];
const RECREATE = { value: 'recreate', label: 'Make anew' } as const;
const LINK = { value: 'link', label: 'Link to what has their numbers' } as const;

/** On the button that does it, before how many. */
const VERBS: Record<BulkActionName, string> = {
  retry: 'Retry',
  skip: 'Skip',
  mark_handled: 'Mark as handled:',
  link: 'Link',
  recreate: 'Make anew:',
};

/** What an action does that its name does not say. */
const MEANINGS: Partial<Record<BulkActionName, string>> = {
  link: 'Each document whose number is taken in QuickBooks is tied to what has it there, and that is brought to what the document says. What is another customer’s stays as it is.',
};

/** What may be done to them, by who is asking and by what the filter means. */
function useActions(filter: string) {
  const maySupport = useMayActAs('support');
  const { csrfToken } = useSession();
  const { data } = useQuery({ ...linkableQuery(filter, csrfToken), enabled: maySupport });
  if (!maySupport) return [...ACTIONS];
  const isLinkable = data !== undefined && (data.documents > 0 || data.isAtLeast);
  return isLinkable ? [...ACTIONS, LINK, RECREATE] : [...ACTIONS, RECREATE];
}

/**
 * One act on all documents a filter means: first what it would be done to, then how far it is. It
 * goes on without this dialog.
 */
export function BulkDialog({ filter, onClose }: { filter: string; onClose: () => void }) {
  const { csrfToken } = useSession();
  const actions = useActions(filter);
  const [action, setAction] = useState<BulkActionName>('retry');
  const ask = useMutation({
    mutationFn: (dryRun: boolean) => askBulkAction({ filter, action, dryRun }, csrfToken),
  });
  const answer = ask.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title="All that match"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      {answer?.id !== null && answer?.id !== undefined ? (
        <Progress id={answer.id} />
      ) : (
        <>
          <p>
            <code>{filter}</code>
          </p>
          <NativeSelect
            label="What to do"
            value={action}
            description={MEANINGS[action]}
            data={actions}
            onChange={(event) => {
              setAction(event.currentTarget.value as BulkActionName);
              ask.reset();
            }}
          />
          {answer !== undefined && <Rehearsed answer={answer} />}
          {ask.error !== null && <Failure title="It was not accepted" error={ask.error} />}
          <div className={styles.actions}>
            {answer === undefined ? (
              <Button loading={ask.isPending} onClick={() => ask.mutate(true)} data-autofocus>
                Show what it is about
              </Button>
            ) : (
              <Button
                loading={ask.isPending}
                disabled={answer.documents === 0 && !answer.isAtLeast}
                onClick={() => ask.mutate(false)}
              >
                {answer.isAtLeast
                  ? `${VERBS[action]} all of them`
                  : `${VERBS[action]} ${counted(answer.documents, 'document')}`}
              </Button>
            )}
          </div>
        </>
      )}
    </Modal>
  );
}

function Rehearsed({ answer }: { answer: BulkActionAnswer }) {
  const worth = worthOf(answer.amounts);
  return (
    <div role="status">
      <p>
        {answer.isAtLeast && 'At least '}
        {counted(answer.documents, 'document')}
        {worth !== '' && `, worth ${worth}`}
      </p>
      <ul>
        {answer.examples.slice(0, 5).map((document) => (
          <li key={`${document.kind} ${document.externalId}`}>{documentName(document)}</li>
        ))}
      </ul>
    </div>
  );
}

function Progress({ id }: { id: string }) {
  const { csrfToken } = useSession();
  const { data } = useQuery(bulkActionQuery(id));
  const abort = useMutation({
    mutationFn: () => abortBulkAction(id, csrfToken),
    onSettled: () => Promise.all([refreshOperations(), refreshLists()]),
  });
  if (data === undefined) return null;
  return (
    <>
      <p role="status">
        {data.endedAt === null ? 'Under way' : data.status === 'aborted' ? 'Stopped' : 'Done'}:{' '}
        {groupedAmount(String(data.done))} of {counted(data.documents, 'document')}
        {data.refused > 0 && `, ${groupedAmount(String(data.refused))} were not to be done`}
      </p>
      <ul>
        {data.results.map(({ detail, documents }) => (
          <li key={detail}>
            {groupedAmount(String(documents))}: {detail}
          </li>
        ))}
      </ul>
      {data.endedAt === null && (
        <div className={styles.actions}>
          <Button variant="default" loading={abort.isPending} onClick={() => abort.mutate()}>
            Stop it
          </Button>
        </div>
      )}
    </>
  );
}
