import type { ReactNode } from 'react';
import styles from './rows.module.css';

export interface Column {
  label: string;
  /** Figures stand to the right. */
  isFigure?: boolean;
}

export interface RowCells {
  key: string;
  /** As many as there are columns. */
  cells: readonly ReactNode[];
}

interface RowsProps {
  /** What the table is about, for who cannot see it. */
  caption: string;
  columns: readonly Column[];
  rows: readonly RowCells[];
}

/** A table; on a narrow screen each row is a card that names its cells. */
export function Rows({ caption, columns, rows }: RowsProps) {
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <caption className={styles.hidden}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, isFigure }) => (
              <th key={label} scope="col" data-figure={isFigure || undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} data-row={key}>
              {columns.map(({ label, isFigure }, index) => (
                <td key={label} data-label={label} data-figure={isFigure || undefined}>
                  <div className={styles.cell}>{cells[index]}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What stands in a cell below its main word. */
export function Second({ children }: { children: ReactNode }) {
  return <span className={styles.second}>{children}</span>;
}
