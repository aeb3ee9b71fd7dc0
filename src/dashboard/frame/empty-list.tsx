import { Link } from '@tanstack/react-router';
import { STATUS_LOOKS } from '../document/statuses.js';
import { type DocumentSearch, isFiltered } from '../list/document-search.js';
import styles from './empty-list.module.css';

/** Says why there are no rows, and the way out. */
export function EmptyList({ search }: { search: DocumentSearch }) {
  return (
    <div className={styles.empty} role="status">
      <p className={styles.title}>{titleOf(search)}</p>
      {isFiltered(search) || search.after !== undefined ? (
        <p>
          <Link to="/documents" search={{}} activeOptions={{ exact: true }}>
            Show all documents
          </Link>
        </p>
      ) : (
        <p>They appear here as soon as a connected app states one through the API.</p>
      )}
    </div>
  );
}

function titleOf(search: DocumentSearch): string {
  const { q, kind, filter } = search;
  const onlyStatus = [q, kind, filter].every((given) => given === undefined);
  if (!isFiltered(search)) return search.after === undefined ? 'No documents yet' : 'No more rows';
  if (!onlyStatus || search.status === undefined) return 'No document matches';
  return `No document has the status "${STATUS_LOOKS[search.status].label}"`;
}
