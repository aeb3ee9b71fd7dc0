import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { logIn } from '../api/api.js';
import { beginSession, loginWaysQuery, type SessionState } from '../api/queries.js';
import { Brand } from '../frame/brand.js';
import { Failure } from '../frame/failure.js';
import styles from './login.module.css';

type Why = Extract<SessionState, { session: null }>['why'];

const NOTES: Record<Why, string | undefined> = {
  not_logged_in: undefined,
  ended: 'Your session has ended. Log in to go on where you were.',
  logged_out: 'You are logged out.',
};

/** What the way back from the identity provider says, in `?login=`. */
const SINGLE_SIGN_ON_NOTES: Record<string, string> = {
  failed: 'The identity provider did not let you in, or could not be reached. Try again.',
  expired: 'That took too long, or began in another browser. Try again.',
  no_role:
    'You are known to the identity provider, but nothing gives you a role here. Ask an admin.',
  no_email: 'The identity provider has no verified address of yours. Ask an admin.',
  disabled: 'An admin has ended your access.',
};

export function LoginPage({ why }: { why: Why }) {
  const password = useRef<HTMLInputElement>(null);
  const login = useMutation({
    mutationFn: (entered: { email: string; password: string }) =>
      logIn(entered.email, entered.password),
    onSuccess: beginSession,
    onError: () => password.current?.select(),
  });
  const ways = useQuery(loginWaysQuery);
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

  const back = new URLSearchParams(window.location.search).get('login');
  const note = SINGLE_SIGN_ON_NOTES[back ?? ''] ?? NOTES[why];
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
        {ways.data?.hasPeople === false && <NobodyYet />}
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
        {ways.data?.singleSignOn === true && <SingleSignOn />}
      </form>
    </main>
  );
}

function NobodyYet() {
  return (
    <Alert role="status" variant="light" className={styles.note}>
      Nobody has been let in yet. On the server run:{' '}
      <code>qbo-sync user create you@example.com --role admin</code>
    </Alert>
  );
}

function SingleSignOn() {
  return (
    <Button
      component="a"
      variant="default"
      fullWidth
      href={`/ops/single-sign-on?to=${encodeURIComponent(placeAskedFor())}`}
    >
      Log in with single sign-on
    </Button>
  );
}

/** The page the person wanted, without what a login before left in its address. */
function placeAskedFor(): string {
  const url = new URL(window.location.href);
  url.searchParams.delete('login');
  return `${url.pathname}${url.search}`;
}
