import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CauseRelease, OpsCauseAnswer, ReleaseScope } from '../../contract/causes.js';
import { releaseCause } from '../api/operations-api.js';
import { refreshLists } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import styles from './cause.module.css';
import { asWords, counted, heldUp } from './format.js';
import { stopSentences } from './stops.js';

interface RetryCauseProps {
  cause: OpsCauseAnswer;
  onRetried: (release: CauseRelease) => void;
}

/** Tries what a cause holds up again, after it was said what that means. */
export function RetryCause({ cause, onRetried }: RetryCauseProps) {
  const mayAct = useMayActAs('operator');
  const [isAsked, setAsked] = useState(false);
  if (!mayAct) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant={cause.fixedAt === null ? 'default' : 'filled'}
        onClick={() => setAsked(true)}
      >
        Retry
      </Button>
      {isAsked && (
        <RetryDialog
          // What is asked about stays as it was asked, whatever the list says meanwhile.
          cause={cause}
          onRetried={onRetried}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}

function RetryDialog({ cause, onRetried, onClose }: RetryCauseProps & { onClose: () => void }) {
  const { csrfToken } = useSession();
  const [asked] = useState(cause);
  const only: ReleaseScope = asked.fixedAt === null ? 'all' : 'fixed';
  const release = useMutation({
    mutationFn: () => releaseCause(asked.id, only, csrfToken),
    onSuccess: (released) => {
      onRetried(released);
      onClose();
    },
    onSettled: refreshLists,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Retry what “${asWords(asked.reason)}” holds up?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <p>
        {only === 'fixed' && asked.wouldRelease > 0
          ? `${counted(asked.wouldRelease, 'document')} will be sent again, customers and products first.`
          : `${heldUp(asked)} will be retried. What has not been corrected since will fail again.`}
      </p>
      {stopSentences(asked).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {release.error !== null && <Failure title="It was not accepted" error={release.error} />}
      <div className={styles.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={release.isPending} onClick={() => release.mutate()} data-autofocus>
          Retry
        </Button>
      </div>
    </Modal>
  );
}
