import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { logIn } from '../api.js';
import { Brand } from '../brand.js';
import { Failure } from '../failure.js';
import { beginSession, type SessionState } from '../queries.js';
import styles from './login.module.css';

type Why = Extract<SessionState, { session: null }>['why'];

const NOTES: Record<Why, string | undefined> = {
  not_logged_in: undefined,
  ended: 'Your session has ended. Log in to go on where you were.',
  logged_out: 'You are logged out.',
};

export function LoginPage({ why }: { why: Why }) {
  const password = useRef<HTMLInputElement>(null);
  const login = useMutation({
    mutationFn: (entered: { email: string; password: string }) =>
      logIn(entered.email, entered.password),
    onSuccess: beginSession,
    onError: () => password.current?.select(),
  });
  useEffect(() => {
    document.title = 'Log in · qbo-sync';
  }, []);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    login.mutate({
      email: String(entered.get('email') ?? '').trim(),
      password: String(entered.get('password') ?? ''),
    });
  }

  const note = NOTES[why];
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} aria-labelledby="login-title">
        <Brand />
        <h1 id="login-title" className={styles.title}>
          Log in
        </h1>
        {note !== undefined && login.error === null && (
          <Alert role="status" variant="light" className={styles.note}>
            {note}
          </Alert>
        )}
        {login.error !== null && <Failure title="You could not be logged in" error={login.error} />}
        <TextInput
          name="email"
          type="email"
          label="Email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          ref={password}
          name="password"
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        />
        <Button type="submit" fullWidth loading={login.isPending}>
          Log in
        </Button>
      </form>
    </main>
  );
}
