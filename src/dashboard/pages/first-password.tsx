import { useEffect } from 'react';
import { rereadSession } from '../api/queries.js';
import { Brand } from '../frame/brand.js';
import { LogOut } from '../frame/log-out.js';
import { NewPassword } from '../people/new-password.js';
import styles from './login.module.css';

/** What somebody sees who came in with a password that an admin made. */
export function FirstPasswordPage() {
  useEffect(() => {
    document.title = 'Set a password · qbo-sync';
  }, []);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        <h1 className={styles.title}>Set a password of your own</h1>
        <p className={styles.text}>
          The one you came in with was made by an admin, who has seen it. It is good for nothing
          else.
        </p>
        <NewPassword asksCurrent={false} onChanged={rereadSession} />
        <LogOut />
      </div>
    </main>
  );
}
