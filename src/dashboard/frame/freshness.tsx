import { ActionIcon } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { clockTime } from '../document/format.js';
import styles from './freshness.module.css';
import { Icon } from './icons.js';

interface FreshnessProps {
  query: Pick<UseQueryResult, 'dataUpdatedAt' | 'refetch' | 'isFetching'>;
  paused: boolean;
}

/** From when the shown state is, and a button to read it again at once. */
export function Freshness({ query, paused }: FreshnessProps) {
  const read = query.dataUpdatedAt === 0 ? undefined : clockTime(new Date(query.dataUpdatedAt));
  return (
    <div className={styles.freshness}>
      {read !== undefined && <span className={styles.time}>Updated {read}</span>}
      {paused && <span>· refreshing is paused</span>}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="md"
        aria-label="Refresh"
        title="Refresh"
        onClick={() => query.refetch()}
      >
        <Icon name="sync" />
      </ActionIcon>
    </div>
  );
}
