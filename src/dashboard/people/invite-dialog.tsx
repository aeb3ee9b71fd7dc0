import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Role } from '../../contract/ops.js';
import { refreshOperations } from '../api/operations-queries.js';
import { invitePerson } from '../api/people-api.js';
import { Failure } from '../frame/failure.js';
import styles from '../frame/proof.module.css';
import { useSession } from '../frame/session.js';
import { ROLE_CHOICES, ROLE_WORDS } from './roles.js';
import { ShownOnce } from './shown-once.js';

/** Lets somebody in: who, as what, and then the password to give them. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { csrfToken } = useSession();
  const [role, setRole] = useState<Role>('viewer');
  const invite = useMutation({
    mutationFn: (asked: { email: string; role: Role }) => invitePerson(asked, csrfToken),
    onSuccess: refreshOperations,
  });
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    invite.mutate({
      email: String(entered.get('email') ?? '').trim(),
      role,
    });
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Let somebody in"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      {invite.data !== undefined ? (
        <ShownOnce
          email={invite.data.person.email}
          password={invite.data.password}
          onClose={onClose}
        />
      ) : (
        <form className={styles.form} onSubmit={submit}>
          <TextInput
            name="email"
            type="email"
            label="Email"
            required
            withAsterisk={false}
            data-autofocus
          />
          <NativeSelect
            name="role"
            label="Role"
            description={`Somebody who ${ROLE_WORDS[role]}`}
            value={role}
            data={ROLE_CHOICES}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          {invite.error !== null && <Failure title="Nobody was let in" error={invite.error} />}
          <div className={styles.actions}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Let them in
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
