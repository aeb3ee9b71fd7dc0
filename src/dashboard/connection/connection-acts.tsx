import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectionAction } from '../../contract/connection.js';
import type { Role } from '../../contract/ops.js';
import type { OpsConnection } from '../../contract/ops-connections.js';
import { actOnConnection, type ConnectionAct, startRefresh } from '../api/operations-api.js';
import { refreshOperations } from '../api/operations-queries.js';
import { counted } from '../document/format.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import styles from '../pages/connection.module.css';
import { CustomerPageLink } from './customer-page-link.js';
import dialog from './hold.module.css';

interface Act {
  act: ConnectionAct | 'refresh';
  name: string;
  role: Role;
}

/** What a person with a role may do for a connection as it stands. */
export function ConnectionActs({ connection }: { connection: OpsConnection }) {
  const { id } = connection;
  const { csrfToken } = useSession();
  const mayOperate = useMayActAs('operator');
  const maySupport = useMayActAs('support');
  const ask = useMutation({
    mutationFn: (act: Act['act']): Promise<unknown> =>
      act === 'refresh' ? startRefresh(id, csrfToken) : actOnConnection(id, act, csrfToken),
    onSettled: refreshOperations,
  });
  const [isPausing, setPausing] = useState(false);
  const offered = actsOf(connection).filter(({ role }) =>
    role === 'support' ? maySupport : mayOperate,
  );
  return (
    <div className={styles.actions}>
      {ask.error !== null && <Failure title="That was not possible" error={ask.error} />}
      {offered.map(({ act, name, role }) => (
        <Button
          key={act}
          size="sm"
          variant={role === 'support' ? 'filled' : 'default'}
          loading={ask.isPending && ask.variables === act}
          disabled={ask.isPending}
          onClick={() => (act === 'pause' ? setPausing(true) : ask.mutate(act))}
        >
          {name}
        </Button>
      ))}
      <CustomerPageLink connection={id} />
      {isPausing && (
        <PauseDialog
          connection={connection}
          onClose={() => setPausing(false)}
          onPause={() => {
            setPausing(false);
            ask.mutate('pause');
          }}
        />
      )}
    </div>
  );
}

interface PauseDialogProps {
  connection: OpsConnection;
  onClose: () => void;
  onPause: () => void;
}

function PauseDialog({ connection, onClose, onPause }: PauseDialogProps) {
  const { open, countMax } = connection.health;
  const waiting = `${counted(open, 'document')}${open >= countMax ? ' or more' : ''}`;
  return (
    <Modal
      opened
      onClose={onClose}
      title="Pause?"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <p>
        Nothing is sent for {connection.name} until somebody resumes it.{' '}
        {open === 0
          ? 'No document is under way now; what is stated meanwhile waits.'
          : `${waiting} under way ${open === 1 ? 'waits' : 'wait'}, and so does what is stated meanwhile.`}
      </p>
      <p>A pause has no end of its own. To stop for a time that is known, use Hold… below.</p>
      <div className={dialog.answer}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={onPause}>Pause</Button>
      </div>
    </Modal>
  );
}

function actsOf({ status, actions, accessRequest }: OpsConnection): Act[] {
  const asker = accessRequest === null ? '' : ` (asked for by ${accessRequest.by})`;
  const may = (action: ConnectionAction) => actions.includes(action);
  const acts: (Act | false)[] = [
    may('finalize') && { act: 'finalize', name: 'Finalize', role: 'support' },
    status === 'locked' && { act: 'unlock', name: `Unlock for good${asker}`, role: 'support' },
    may('disconnect') && { act: 'refresh', name: 'Refresh its lists', role: 'operator' },
    may('pause') && { act: 'pause', name: 'Pause…', role: 'operator' },
    may('resume') && { act: 'resume', name: 'Resume', role: 'operator' },
  ];
  return acts.filter((act) => act !== false);
}
