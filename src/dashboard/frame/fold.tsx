import { type ReactNode, useState } from 'react';
import styles from './fold.module.css';

interface FoldProps {
  title: string;
  /** What has to be known of it while it is folded. */
  note?: string | undefined;
  children: ReactNode;
}

/** A part of a long page: open where there is room, folded on a phone. */
export function Fold({ title, note, children }: FoldProps) {
  const [isOpen, setOpen] = useState(() => window.matchMedia('(min-width: 721px)').matches);
  return (
    <details
      className={styles.fold}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        {title}
        {note !== undefined && <span className={styles.note}>{note}</span>}
      </summary>
      {children}
    </details>
  );
}
