import { Link } from '@tanstack/react-router';
import { Icon } from '../frame/icons.js';
import styles from './pager.module.css';

interface NextPageProps {
  to: '/connections' | '/runs' | '/audit';
  search: Record<string, string | undefined>;
  /** Cursor of the next page; null at the end. */
  after: string | null;
}

/** Forward by the server's cursor, back to the start. */
export function NextPage({ to, search, after }: NextPageProps) {
  const isFirst = search['after'] === undefined;
  if (isFirst && after === null) return null;
  return (
    <nav aria-label="Pages" className={styles.pager}>
      <span className={styles.note} />
      {!isFirst && (
        <Link to={to} search={{ ...search, after: undefined }} className={styles.button}>
          <Icon name="back" size={14} />
          To the start
        </Link>
      )}
      {after !== null && (
        <Link to={to} search={{ ...search, after }} className={styles.button}>
          Next
          <Icon name="forward" size={14} />
        </Link>
      )}
    </nav>
  );
}
