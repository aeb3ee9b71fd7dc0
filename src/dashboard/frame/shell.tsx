import { Alert } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Brand } from './brand.js';
import { LogOut } from './log-out.js';
import { ProofGate } from './proof.js';
import { SessionGate, useMayActAs, useSession } from './session.js';
import styles from './shell.module.css';
import { Shortcuts } from './shortcuts.js';

const FirstPassword = lazy(async () => ({
  default: (await import('../pages/first-password.js')).FirstPasswordPage,
}));

const PAGES = [
  { to: '/', name: 'Problems', role: 'viewer' },
  { to: '/documents', name: 'Documents', role: 'viewer' },
  { to: '/connections', name: 'Connections', role: 'viewer' },
  { to: '/runs', name: 'Runs', role: 'viewer' },
  { to: '/live', name: 'Live', role: 'viewer' },
  { to: '/queues', name: 'Queues', role: 'operator' },
  { to: '/people', name: 'People', role: 'admin' },
  { to: '/audit', name: 'Audit', role: 'admin' },
] as const;

/** What every page has around it: the bar on top, and nothing without a session. */
export function Shell() {
  return (
    <SessionGate>
      <Inside />
    </SessionGate>
  );
}

function Inside() {
  const { mustSetPassword } = useSession();
  if (mustSetPassword) {
    return (
      <Suspense fallback={null}>
        <FirstPassword />
      </Suspense>
    );
  }
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <Brand />
        <Pages />
        <Person />
      </header>
      <Shortcuts />
      <ProofGate />
      <main id="content" tabIndex={-1} className={styles.content}>
        <UndatedLogin />
        <Outlet />
      </main>
    </>
  );
}

/** Who came back from the identity provider as unproven as before is told why. */
function UndatedLogin() {
  const [isShown, setShown] = useState(
    () => new URLSearchParams(window.location.search).get('login') === 'undated',
  );
  if (!isShown) return null;
  return (
    <Alert
      role="status"
      title="You could not show again who you are"
      withCloseButton
      closeButtonLabel="Close"
      onClose={() => setShown(false)}
    >
      The identity provider does not say when you last logged in there. Ask an admin to make you a
      password as well: what asks who you are then takes that.
    </Alert>
  );
}

function Pages() {
  const isOpenTo = {
    viewer: true,
    operator: useMayActAs('operator'),
    admin: useMayActAs('admin'),
  };
  return (
    <nav aria-label="Main" className={styles.nav}>
      {PAGES.filter(({ role }) => isOpenTo[role]).map(({ to, name }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/' }} className={styles.navLink}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

function Person() {
  const { email, role } = useSession();
  return (
    <div className={styles.person}>
      <Link to="/account" className={styles.account} title={`Account of ${email}`}>
        <span className={styles.email}>{email}</span>
        <span className={styles.narrow}>Account</span>
      </Link>
      <span className={styles.role}>{role}</span>
      <LogOut />
    </div>
  );
}
