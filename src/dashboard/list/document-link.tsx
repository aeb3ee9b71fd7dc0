import { Link } from '@tanstack/react-router';
import type { OpsDocumentRow } from '../../contract/ops.js';
import { KIND_LABELS } from '../document/kinds.js';
import styles from './document-link.module.css';
import { readDocumentSearch } from './document-search.js';

type Named = Pick<OpsDocumentRow, 'kind' | 'number' | 'externalId' | 'party'>;

/** What a person calls the document within its kind: its number, else the app's id of it. */
export function documentTitle(document: Named): string {
  const { number, party } = document;
  if (number !== null) return number;
  return party !== null && isMadeOnTheWay(document) ? party : document.externalId;
}

/** The app has no id of a name that was made because something else needed it. */
const isMadeOnTheWay = ({ externalId }: Named) => externalId.startsWith('name:');

/** `Invoice 1042`. */
export function documentName(document: Named): string {
  return `${KIND_LABELS[document.kind]} ${documentTitle(document)}`;
}

/** Number and the app's id, leading to the document's own page and remembering this list. */
export function DocumentLink({ document }: { document: OpsDocumentRow }) {
  const title = documentTitle(document);
  return (
    <>
      <Link
        to="/documents/$id"
        params={{ id: document.id }}
        state={() => ({ list: currentList() })}
        className={styles.link}
      >
        {title}
      </Link>
      {document.externalId !== title && !isMadeOnTheWay(document) && (
        <span className={styles.second}>{document.externalId}</span>
      )}
    </>
  );
}

function currentList() {
  return readDocumentSearch(Object.fromEntries(new URLSearchParams(window.location.search)));
}
