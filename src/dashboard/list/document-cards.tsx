import { Amount } from '../document/amount.js';
import { DetailsText } from '../document/details-text.js';
import { shortDuration } from '../document/format.js';
import { KIND_LABELS } from '../document/kinds.js';
import { StatusBadge } from '../document/status-badge.js';
import styles from './document-cards.module.css';
import { DocumentLink } from './document-link.js';
import type { DocumentListProps } from './document-table.js';
import { SelectAll, SelectRow } from './select-rows.js';

/** The rows of the list for a narrow screen: the same facts, one card each. */
export function DocumentCards({ documents, selected, onSelect }: DocumentListProps) {
  return (
    <>
      {onSelect !== undefined && (
        <div className={styles.all}>
          <SelectAll
            documents={documents}
            selected={selected}
            onSelect={onSelect}
            label="Select all that can be retried"
          />
        </div>
      )}
      <ul className={styles.cards} aria-label="Documents">
        {documents.map((document) => (
          <li
            key={document.id}
            className={styles.card}
            data-document={document.id}
            data-selected={selected.has(document.id) || undefined}
          >
            <div className={styles.line}>
              <StatusBadge status={document.status} label={document.label} />
              <span className={styles.age}>{shortDuration(document.ageSeconds)}</span>
              {onSelect !== undefined && (
                <SelectRow document={document} selected={selected} onSelect={onSelect} />
              )}
            </div>
            <div className={styles.line}>
              <div className={styles.name}>
                <DocumentLink document={document} />
              </div>
              {document.total !== null && (
                <Amount amount={document.total} currency={document.currency} />
              )}
            </div>
            <p className={styles.facts}>
              {[KIND_LABELS[document.kind], document.party, document.connection.name]
                .filter((fact) => fact !== null)
                .join(' · ')}
            </p>
            <DetailsText text={document.details} />
          </li>
        ))}
      </ul>
    </>
  );
}
