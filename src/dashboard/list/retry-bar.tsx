import { Button } from '@mantine/core';
import type { OpsDocumentRow } from '../../contract/ops.js';
import styles from './retry-bar.module.css';

interface RetryBarProps {
  /** The rows with a tick. */
  chosen: readonly OpsDocumentRow[];
  /** The failed rows of this page that can be retried. */
  failed: readonly OpsDocumentRow[];
  onRetry: (documents: readonly OpsDocumentRow[]) => void;
  onClear: () => void;
}

/** Retry of the ticked rows; without a tick, of every failed row of the page. */
export function RetryBar({ chosen, failed, onRetry, onClear }: RetryBarProps) {
  if (chosen.length > 0) {
    return (
      <div className={styles.bar}>
        <span role="status">{chosen.length} selected</span>
        <Button size="sm" variant="default" onClick={onClear}>
          Clear
        </Button>
        <Button size="sm" onClick={() => onRetry(chosen)}>
          Retry {chosen.length} selected
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.bar}>
      <Button
        size="sm"
        variant="default"
        disabled={failed.length === 0}
        onClick={() => onRetry(failed)}
      >
        Retry all failed rows of this page{failed.length > 0 && ` (${failed.length})`}
      </Button>
    </div>
  );
}
