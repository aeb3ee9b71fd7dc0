import { type ReactNode, useEffect } from 'react';
import styles from './page-title.module.css';

const TITLE_ID = 'page-title';

/**
 * Heading of a page: also its name in the browser's tab, and where the focus goes when what the
 * person had pressed is gone with the page before, so that a screen reader says where he is.
 */
export function PageTitle({ children, tab }: { children: ReactNode; tab?: string }) {
  const name = tab ?? (typeof children === 'string' ? children : 'Dashboard');
  useEffect(() => {
    document.title = `${name} · qbo-sync`;
  }, [name]);
  useEffect(() => {
    const nothingHasFocus = document.activeElement === document.body;
    if (nothingHasFocus) focusPageTitle();
  }, []);
  return (
    <h1 id={TITLE_ID} tabIndex={-1} className={styles.title}>
      {children}
    </h1>
  );
}

/** For when what had the focus is gone. */
export function focusPageTitle(): void {
  document.getElementById(TITLE_ID)?.focus({ preventScroll: true });
}
