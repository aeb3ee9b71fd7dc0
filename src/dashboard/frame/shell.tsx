import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { logOut, RequestFailed } from '../api/api.js';
import { leaveSession } from '../api/queries.js';
import { Brand } from './brand.js';
import { SessionGate, useSession } from './session.js';
import styles from './shell.module.css';
import { Shortcuts } from './shortcuts.js';

const PAGES = [
  { to: '/', name: 'Problems' },
  { to: '/documents', name: 'Documents' },
  { to: '/connections', name: 'Connections' },
  { to: '/runs', name: 'Runs' },
  { to: '/live', name: 'Live' },
] as const;

/** What every page has around it: the bar on top, and nothing without a session. */
export function Shell() {
  return (
    <SessionGate>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <Brand />
        <nav aria-label="Main" className={styles.nav}>
          {PAGES.map(({ to, name }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }} className={styles.navLink}>
              {name}
            </Link>
          ))}
        </nav>
        <Person />
      </header>
      <Shortcuts />
      <main id="content" tabIndex={-1} className={styles.content}>
        <Outlet />
      </main>
    </SessionGate>
  );
}

function Person() {
  const { email, role, csrfToken } = useSession();
  const logout = useMutation({
    mutationFn: () => logOut(csrfToken),
    onSuccess: leaveSession,
  });
  const refused = logout.error !== null && !isGone(logout.error);
  return (
    <div className={styles.person}>
      {refused && (
        <span role="alert" className={styles.refused}>
          Logging out failed. Try again.
        </span>
      )}
      <span className={styles.email} title={email}>
        {email}
      </span>
      <span className={styles.role}>{role}</span>
      <Button
        size="compact-sm"
        variant="default"
        loading={logout.isPending}
        onClick={() => logout.mutate()}
      >
        Log out
      </Button>
    </div>
  );
}

/** The session had ended before: who wanted to leave has left. */
function isGone(error: Error): boolean {
  return error instanceof RequestFailed && error.status === 401;
}
