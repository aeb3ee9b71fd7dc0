import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { OpsDocumentRow } from '../../contract/ops.js';
import { Amount } from '../document/amount.js';
import { DetailsText } from '../document/details-text.js';
import { dateTime, shortDuration } from '../document/format.js';
import { KIND_LABELS } from '../document/kinds.js';
import { StatusBadge } from '../document/status-badge.js';
import { DocumentCards } from './document-cards.js';
import { DocumentLink } from './document-link.js';
import styles from './document-table.module.css';
import { SelectAll, SelectRow } from './select-rows.js';

export interface DocumentListProps {
  documents: readonly OpsDocumentRow[];
  selected: ReadonlySet<string>;
  /** Undefined for people who may not change anything: then there is nothing to select. */
  onSelect: ((ids: ReadonlySet<string>) => void) | undefined;
}

/** The documents of one page: a table where there is room, cards on a narrow screen. */
export function DocumentTable(props: DocumentListProps) {
  const isNarrow = useMediaQuery('(max-width: 960px)', undefined, {
    getInitialValueInEffect: false,
  });
  return isNarrow ? <DocumentCards {...props} /> : <WideTable {...props} />;
}

function WideTable({ documents, selected, onSelect }: DocumentListProps) {
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <caption className={styles.hidden}>Documents</caption>
        <thead>
          <tr>
            {onSelect !== undefined && (
              // No heading: it holds the box for all rows, or nothing where none can be retried.
              <td className={styles.check}>
                <SelectAll documents={documents} selected={selected} onSelect={onSelect} />
              </td>
            )}
            <th scope="col" className={styles.status}>
              Status
            </th>
            <th scope="col" className={styles.number}>
              Number
            </th>
            <th scope="col" className={styles.kind}>
              Kind
            </th>
            <th scope="col" className={styles.party}>
              Customer or supplier
            </th>
            <th scope="col" className={styles.total}>
              Total
            </th>
            <th scope="col">Details</th>
            <th scope="col" className={styles.connection}>
              Connection
            </th>
            <th scope="col" className={styles.age}>
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <Row key={document.id} document={document} selected={selected} onSelect={onSelect} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Omit<DocumentListProps, 'documents'> {
  document: OpsDocumentRow;
}

function Row({ document, selected, onSelect }: RowProps) {
  return (
    <tr data-document={document.id} data-selected={selected.has(document.id) || undefined}>
      {onSelect !== undefined && (
        <td className={styles.check}>
          <SelectRow document={document} selected={selected} onSelect={onSelect} />
        </td>
      )}
      <td>
        <StatusBadge status={document.status} label={document.label} />
      </td>
      <td>
        <DocumentLink document={document} />
      </td>
      <td>{KIND_LABELS[document.kind]}</td>
      <td title={document.party ?? undefined}>
        <span className={styles.clamped}>{document.party ?? '–'}</span>
      </td>
      <td className={styles.total}>
        <Amount amount={document.total} currency={document.currency} />
      </td>
      <td>
        <DetailsText text={document.details} />
      </td>
      <td>
        <span className={styles.oneLine} title={document.connection.name}>
          {document.connection.name}
        </span>
        <span className={styles.second}>{document.app}</span>
      </td>
      <td className={styles.age} title={`Changed ${dateTime(document.updatedAt)}`}>
        {shortDuration(document.ageSeconds)}
      </td>
    </tr>
  );
}

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Stands where the list will be, until it comes. */
export function TableSkeleton() {
  return (
    <div className={styles.frame} role="status" aria-label="Loading the documents">
      <div className={styles.skeleton}>
        {SKELETON_ROWS.map((row) => (
          <div key={row} className={styles.skeletonRow}>
            <Skeleton height={20} width={96} />
            <Skeleton height={12} width={110} />
            <Skeleton height={12} />
          </div>
        ))}
      </div>
    </div>
  );
}
