import { Button, Modal, PasswordInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { proveBy } from '../api/people-api.js';
import { askForProofBy } from '../api/proof.js';
import { loginWaysQuery } from '../api/queries.js';
import { Failure } from './failure.js';
import styles from './proof.module.css';
import { useSession } from './session.js';

/** Asks who the person is wherever the server wants to know it again, and lets the act go on. */
export function ProofGate() {
  const [answer, setAnswer] = useState<((isProven: boolean) => void) | null>(null);
  useEffect(
    () =>
      askForProofBy(
        () =>
          new Promise<boolean>((resolve) => {
            setAnswer(() => resolve);
          }),
      ),
    [],
  );
  if (answer === null) return null;
  return (
    <ProofDialog
      onEnd={(isProven) => {
        setAnswer(null);
        answer(isProven);
      }}
    />
  );
}

function ProofDialog({ onEnd }: { onEnd: (isProven: boolean) => void }) {
  const { csrfToken, signsInBy } = useSession();
  const { data: ways } = useQuery(loginWaysQuery);
  const field = useRef<HTMLInputElement>(null);
  const prove = useMutation({
    mutationFn: (password: string) => proveBy(password, csrfToken),
    onSuccess: () => onEnd(true),
    onError: () => field.current?.select(),
  });
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    prove.mutate(String(new FormData(event.currentTarget).get('password') ?? ''));
  }
  const hasPassword = signsInBy.includes('password');
  return (
    <Modal
      opened
      onClose={() => onEnd(false)}
      title="Is it still you?"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
      zIndex={ABOVE_DIALOGS}
    >
      <form className={styles.form} onSubmit={submit} onKeyDown={keepFromDialogBelow(onEnd)}>
        <p>
          This reveals something, gives somebody power or acts on many documents, and your last
          login was a while ago.
        </p>
        {hasPassword && (
          <PasswordInput
            ref={field}
            name="password"
            label="Your password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            data-mantine-stop-propagation
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
        )}
        {prove.error !== null && <Failure title="That did not work" error={prove.error} />}
        <div className={styles.actions}>
          <Button variant="default" onClick={() => onEnd(false)}>
            Cancel
          </Button>
          {ways?.singleSignOn === true && signsInBy.includes('single_sign_on') && (
            <Button component="a" variant="default" href={againAddress()}>
              Log in again with single sign-on
            </Button>
          )}
          {hasPassword && (
            <Button type="submit" loading={prove.isPending}>
              Go on
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}

/** Mantine's dialogs lie at 200. */
const ABOVE_DIALOGS = 300;

/** Escape ends this question, and not the dialog that asked for it. */
function keepFromDialogBelow(onEnd: (isProven: boolean) => void) {
  return (event: KeyboardEvent) => {
    if (event.key === 'Escape') onEnd(false);
  };
}

/** Back to this page, where the act is asked for once more. */
function againAddress(): string {
  const { pathname, search } = window.location;
  return `/ops/single-sign-on?again=true&to=${encodeURIComponent(`${pathname}${search}`)}`;
}
