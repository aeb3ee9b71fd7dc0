import type { ReactNode } from 'react';
import type { Tone } from '../document/statuses.js';
import styles from './tiles.module.css';

export interface Tile {
  label: string;
  value: ReactNode;
  note?: string | undefined;
  /** Where the figure is not as it should be. */
  tone?: Tone | undefined;
}

/** Figures side by side. */
export function Tiles({ label, tiles }: { label: string; tiles: readonly Tile[] }) {
  return (
    <dl className={styles.tiles} aria-label={label}>
      {tiles.map((tile) => (
        <div key={tile.label} className={styles.tile} data-tone={tile.tone}>
          <dt className={styles.label}>{tile.label}</dt>
          <dd className={styles.value}>{tile.value}</dd>
          {tile.note !== undefined && <dd className={styles.note}>{tile.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
