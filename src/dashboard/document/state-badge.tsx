import type { ConnectionStatus } from '../../contract/connection.js';
import type { OpsConnectionRow } from '../../contract/ops-connections.js';
import type { RunStatus } from '../../contract/run.js';
import { Icon, type IconName } from '../frame/icons.js';
import styles from './status-badge.module.css';
import type { Tone } from './statuses.js';

interface Look {
  label: string;
  tone: Tone;
  icon: IconName;
}

export const CONNECTION_LOOKS: Record<ConnectionStatus, Look> = {
  connected: { label: 'Connected', tone: 'green', icon: 'check' },
  reconnect_needed: { label: 'Reconnect needed', tone: 'red', icon: 'alert' },
  disconnected_in_quickbooks: { label: 'Disconnected there', tone: 'red', icon: 'slash' },
  company_suspended: { label: 'Company suspended', tone: 'red', icon: 'slash' },
  awaiting_finalization: { label: 'Awaits finalization', tone: 'amber', icon: 'clock' },
  setup_incomplete: { label: 'Setup incomplete', tone: 'amber', icon: 'warning' },
  locked: { label: 'Locked', tone: 'amber', icon: 'cross' },
  paused: { label: 'Paused', tone: 'amber', icon: 'clock' },
  new: { label: 'Not connected yet', tone: 'gray', icon: 'dashed' },
  disconnected: { label: 'Disconnected', tone: 'gray', icon: 'slash' },
};

const ON_HOLD: Look = { label: 'On hold', tone: 'amber', icon: 'clock' };

/** A connection that would send, were it not for a hold, says so: nothing of it arrives. */
export function connectionLook({ status, hold }: Pick<OpsConnectionRow, 'status' | 'hold'>): Look {
  const isOn = hold !== null && isWithin(hold, Date.now());
  return status === 'connected' && isOn ? ON_HOLD : CONNECTION_LOOKS[status];
}

function isWithin({ from, to }: { from: string; to: string }, atMs: number): boolean {
  return Date.parse(from) <= atMs && atMs < Date.parse(to);
}

export const RUN_LOOKS: Record<RunStatus, Look> = {
  failed: { label: 'Failed', tone: 'red', icon: 'alert' },
  waiting: { label: 'Waiting', tone: 'amber', icon: 'clock' },
  queued: { label: 'Queued', tone: 'blue', icon: 'queue' },
  running: { label: 'Running', tone: 'blue', icon: 'sync' },
  succeeded: { label: 'Succeeded', tone: 'green', icon: 'check' },
  cancelled: { label: 'Cancelled', tone: 'gray', icon: 'cross' },
};

export const PERSON_LOOKS: Record<'enabled' | 'disabled', Look> = {
  enabled: { label: 'May log in', tone: 'green', icon: 'check' },
  disabled: { label: 'Disabled', tone: 'gray', icon: 'slash' },
};

/** The state of a connection, a run or a person by colour, icon and word. */
export function StateBadge({ look }: { look: Look }) {
  return (
    <span className={styles.badge} data-tone={look.tone}>
      <Icon name={look.icon} size={14} />
      <span className={styles.text}>{look.label}</span>
    </span>
  );
}
