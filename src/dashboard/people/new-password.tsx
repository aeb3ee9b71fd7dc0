import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { changePassword } from '../api/people-api.js';
import { Failure } from '../frame/failure.js';
import styles from '../frame/proof.module.css';
import { useSession } from '../frame/session.js';

/** Shortest password the server takes; it checks that and more. */
const LENGTH_MIN = 12;

interface NewPasswordProps {
  /** False for who has to replace a password an admin made: it was given a moment ago. */
  asksCurrent: boolean;
  onChanged: () => void;
}

/** A form in which somebody sets their own password. */
export function NewPassword({ asksCurrent, onChanged }: NewPasswordProps) {
  const { csrfToken, email } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (asked: { current?: string; password: string }) => changePassword(asked, csrfToken),
    onSuccess: () => {
      form.current?.reset();
      onChanged();
    },
  });
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const current = entered.get('current');
    change.mutate({
      ...(current === null ? {} : { current: String(current) }),
      password: String(entered.get('password') ?? ''),
    });
  }
  const field = {
    required: true,
    withAsterisk: false,
    visibilityToggleButtonProps: { 'aria-label': 'Show the password' },
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label="Password">
      {/* For password managers: whose password it is. */}
      <input type="hidden" autoComplete="username" name="email" value={email} readOnly />
      {asksCurrent && (
        <PasswordInput
          {...field}
          name="current"
          label="Current password"
          autoComplete="current-password"
        />
      )}
      <PasswordInput
        {...field}
        name="password"
        label="New password"
        description={`${LENGTH_MIN} characters or more; a few words that do not belong together do well`}
        autoComplete="new-password"
        minLength={LENGTH_MIN}
      />
      {change.error !== null && (
        <Failure title="The password was not changed" error={change.error} />
      )}
      <div className={styles.actions}>
        <Button type="submit" loading={change.isPending}>
          Set the new password
        </Button>
      </div>
    </form>
  );
}
