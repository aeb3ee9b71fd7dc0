import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { OpsCauseAnswer, ReleaseScope } from '../../contract/causes.js';
import { releaseCause } from '../api/operations-api.js';
import { refreshOperations } from '../api/operations-queries.js';
import { refreshLists } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { Icon } from '../frame/icons.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Ago } from '../frame/times.js';
import styles from './cause.module.css';
import { asWords, groupedAmount, inOwnTime } from './format.js';
import { LookUp, mayBeLookedUp } from './look-up.js';

const ACTORS: Record<OpsCauseAnswer['actor'], string> = {
  worker: 'It goes on by itself',
  customer: 'The app’s customer can correct it',
  ops: 'You can correct it',
};

/** What one act fixes: how much it holds up, and the way to try all of that again. */
export function Cause({ cause }: { cause: OpsCauseAnswer }) {
  const { id, reason, details, actor, fixedAt, wouldRelease, app } = cause;
  const isFixed = fixedAt !== null;
  return (
    <li className={styles.cause} data-fixed={isFixed || undefined} data-row={`cause-${id}`}>
      <Icon name={isFixed ? 'check' : 'alert'} size={18} />
      <div className={styles.body}>
        <p className={styles.title}>
          {cause.documents === 0 ? (
            <Link to="/runs" search={{ status: 'failed' }}>
              {heldUp(cause)}: {asWords(reason)}
            </Link>
          ) : (
            <Link to="/documents" search={{ filter: `cause:${id}` }}>
              {heldUp(cause)}: {asWords(reason)}
            </Link>
          )}
        </p>
        <p className={styles.details}>{inOwnTime(details)}</p>
        <p className={styles.facts}>
          {ACTORS[actor]} · {app}, <Whose cause={cause} />
          {worthOf(cause)} · first <Ago at={cause.firstSeenAt} />, last{' '}
          <Ago at={cause.lastSeenAt} />
          {isFixed && ` · seen to be fixed: ${counted(wouldRelease, 'document')} would go`}
        </p>
      </div>
      <div className={styles.acts}>
        {mayBeLookedUp(cause) && <LookUp cause={cause} />}
        <Release cause={cause} />
      </div>
    </li>
  );
}

/** The connection by its name, or how many they are. */
function Whose({ cause: { connections, connectionName } }: { cause: OpsCauseAnswer }) {
  const [id] = connections;
  if (id === undefined || connectionName === null)
    return <>{counted(connections.length, 'connection')}</>;
  return (
    <Link to="/connections/$id" params={{ id }}>
      {connectionName}
    </Link>
  );
}

function Release({ cause }: { cause: OpsCauseAnswer }) {
  const { csrfToken } = useSession();
  const mayAct = useMayActAs('operator');
  const [isAsked, setAsked] = useState(false);
  const only: ReleaseScope = cause.fixedAt === null ? 'all' : 'fixed';
  const release = useMutation({
    mutationFn: () => releaseCause(cause.id, only, csrfToken),
    onSuccess: () => setAsked(false),
    onSettled: () => Promise.all([refreshOperations(), refreshLists()]),
  });
  if (!mayAct) return null;
  const name = only === 'fixed' ? 'Release' : 'Try again';
  return (
    <>
      <Button
        size="compact-sm"
        variant={only === 'fixed' ? 'filled' : 'default'}
        disabled={release.isSuccess}
        onClick={() => setAsked(true)}
      >
        {release.isSuccess ? 'Under way' : name}
      </Button>
      <Modal
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={`${name} what “${asWords(cause.reason)}” holds up?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
        transitionProps={{ duration: 0 }}
      >
        <p>
          {only === 'fixed'
            ? `${counted(cause.wouldRelease, 'document')} will be sent again, names before what needs them.`
            : `${heldUp(cause)} will be tried again. What has not been corrected since will fail again.`}
        </p>
        {release.error !== null && <Failure title="It was not accepted" error={release.error} />}
        <div className={styles.actions}>
          <Button variant="default" onClick={() => setAsked(false)}>
            Cancel
          </Button>
          <Button loading={release.isPending} onClick={() => release.mutate()} data-autofocus>
            {name}
          </Button>
        </div>
      </Modal>
    </>
  );
}

function heldUp({ documents, runs }: OpsCauseAnswer): string {
  const parts = [
    ...(documents > 0 ? [counted(documents, 'document')] : []),
    ...(runs > 0 ? [counted(runs, 'run')] : []),
  ];
  return parts.join(' and ') || 'Nothing';
}

function worthOf({ amounts }: OpsCauseAnswer): string {
  const shown = amounts.map(({ amount, currency }) => `${groupedAmount(amount)} ${currency ?? ''}`);
  return shown.length === 0 ? '' : ` · ${shown.map((one) => one.trim()).join(', ')}`;
}

function counted(count: number, one: string): string {
  return `${groupedAmount(String(count))} ${one}${count === 1 ? '' : 's'}`;
}
