import { Link, useRouterState } from '@tanstack/react-router';
import { Icon } from '../frame/icons.js';
import type { DocumentSearch } from './document-search.js';
import styles from './pager.module.css';

interface PagerProps {
  search: DocumentSearch;
  /** Cursor of the next page; null at the end. */
  after: string | null;
  rows: number;
}

const NO_TRAIL: readonly string[] = [];

/**
 * Forward by the cursor the server gave, back by the cursors this tab has passed. Opened in the
 * middle from a link, there is no way back but to the start.
 */
export function Pager({ search, after, rows }: PagerProps) {
  const trail = useRouterState({ select: ({ location }) => location.state.trail ?? NO_TRAIL });
  const isFirst = search.after === undefined;
  if (isFirst && after === null)
    return <p className={styles.note}>{rows === 0 ? '' : `All ${rows} shown`}</p>;
  const knowsWay = trail.at(-1) === search.after;
  return (
    <nav aria-label="Pages" className={styles.pager}>
      <span className={styles.note}>
        {isFirst ? `First ${rows}` : knowsWay ? `Page ${trail.length + 1}` : `${rows} rows`}
      </span>
      {!isFirst && (
        <Link
          to="/documents"
          search={{ ...search, after: knowsWay ? trail.at(-2) : undefined }}
          state={{ trail: knowsWay ? trail.slice(0, -1) : [] }}
          activeOptions={{ exact: true }}
          className={styles.button}
        >
          <Icon name="back" size={14} />
          {knowsWay ? 'Previous' : 'To the start'}
        </Link>
      )}
      {after !== null && (
        <Link
          to="/documents"
          search={{ ...search, after }}
          state={{ trail: knowsWay || isFirst ? [...(isFirst ? [] : trail), after] : [] }}
          activeOptions={{ exact: true }}
          className={styles.button}
        >
          Next
          <Icon name="forward" size={14} />
        </Link>
      )}
    </nav>
  );
}
