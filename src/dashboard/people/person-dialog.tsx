import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../contract/ops.js';
import type { Person } from '../../contract/people.js';
import { refreshOperations } from '../api/operations-queries.js';
import { changePerson, endSessionsOf, makePasswordFor } from '../api/people-api.js';
import { rereadSession } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useSession } from '../frame/session.js';
import styles from './person-dialog.module.css';
import { ROLE_CHOICES, ROLE_WORDS } from './roles.js';
import { ShownOnce } from './shown-once.js';

interface PersonDialogProps {
  person: Person;
  onClose: () => void;
}

/** What an admin may do about somebody: role, password, logins, whether they may come in at all. */
export function PersonDialog({ person, onClose }: PersonDialogProps) {
  const { csrfToken } = useSession();
  const { id, email } = person;
  const act = useMutation({
    mutationFn: async (asked: Asked): Promise<string | null> => {
      if (asked.act === 'password') return (await makePasswordFor(id, csrfToken)).password;
      if (asked.act === 'change') await changePerson(id, asked.change, csrfToken);
      else await endSessionsOf(id, csrfToken);
      return null;
    },
    onSuccess: (password) => {
      if (password === null) onClose();
    },
    // Who changed themselves has another role from here on.
    onSettled: () => Promise.all([refreshOperations(), rereadSession()]),
  });
  const password = act.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={email}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      {typeof password === 'string' ? (
        <ShownOnce email={email} password={password} onClose={onClose} />
      ) : (
        <Acts
          person={person}
          error={act.error}
          pending={act.isPending ? act.variables : null}
          onAct={(asked) => act.mutate(asked)}
        />
      )}
    </Modal>
  );
}

type Asked =
  | { act: 'change'; change: { role?: Role; disabled?: boolean } }
  | { act: 'password' }
  | { act: 'end-sessions' };

interface ActsProps {
  person: Person;
  error: Error | null;
  pending: Asked | null;
  onAct: (asked: Asked) => void;
}

function Acts({ person, error, pending, onAct }: ActsProps) {
  const [role, setRole] = useState<Role>(person.role);
  const { email: own } = useSession();
  const isDisabled = person.disabledAt !== null;
  return (
    <div className={styles.acts}>
      {error !== null && <Failure title="That was not possible" error={error} />}
      <div className={styles.act}>
        <NativeSelect
          label="Role"
          description={`Somebody who ${ROLE_WORDS[role]}`}
          value={role}
          data={ROLE_CHOICES}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        />
        <Button
          variant="default"
          disabled={role === person.role}
          loading={pending?.act === 'change' && pending.change.role !== undefined}
          onClick={() => onAct({ act: 'change', change: { role } })}
        >
          Give this role
        </Button>
      </div>
      {person.email !== own && (
        <Act
          says="A new password ends the one they have, with every login made by it."
          name="Make a new password"
          isPending={pending?.act === 'password'}
          onAct={() => onAct({ act: 'password' })}
        />
      )}
      {person.sessions > 0 && (
        <Act
          says="They can log in again at once."
          name="Log them out everywhere"
          isPending={pending?.act === 'end-sessions'}
          onAct={() => onAct({ act: 'end-sessions' })}
        />
      )}
      <Act
        says={
          isDisabled
            ? 'They may log in again, with the role they had.'
            : 'They are logged out everywhere and may not come in, by single sign-on either.'
        }
        name={isDisabled ? 'Enable' : 'Disable'}
        isPending={pending?.act === 'change' && pending.change.disabled !== undefined}
        onAct={() => onAct({ act: 'change', change: { disabled: !isDisabled } })}
      />
    </div>
  );
}

interface ActProps {
  says: string;
  name: string;
  isPending: boolean;
  onAct: () => void;
}

function Act({ says, name, isPending, onAct }: ActProps) {
  return (
    <div className={styles.act}>
      <p>{says}</p>
      <Button variant="default" loading={isPending} onClick={onAct}>
        {name}
      </Button>
    </div>
  );
}
