import type { DocumentStatus } from '../../contract/status.js';
import { Icon } from '../frame/icons.js';
import styles from './status-badge.module.css';
import { STATUS_LOOKS } from './statuses.js';

interface StatusBadgeProps {
  status: DocumentStatus;
  /** The document's own label, where it says more than the status does. */
  label?: string;
}

/** A status by colour, icon and word. */
export function StatusBadge({ status, label }: StatusBadgeProps) {
  const look = STATUS_LOOKS[status];
  const shown = label ?? look.label;
  const isQualified = status === 'synced' && shown !== look.label;
  const { name, addition } = splitLabel(shown);
  return (
    <span className={styles.status} data-document-status={status}>
      <span className={styles.badge} data-tone={isQualified ? 'amber' : look.tone}>
        <Icon name={isQualified ? 'warning' : look.icon} size={14} />
        <span className={styles.text}>{name}</span>
      </span>
      {addition !== undefined && <span className={styles.addition}>{addition}</span>}
    </span>
  );
}

/** "Update failed (an earlier version is in QuickBooks)": what is in brackets stands below. */
function splitLabel(label: string): { name: string; addition?: string } {
  const start = label.indexOf(' (');
  return start > 0 && label.endsWith(')')
    ? { name: label.slice(0, start), addition: label.slice(start + 2, -1) }
    : { name: label };
}
