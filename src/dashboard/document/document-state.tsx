import type { OpsDocument } from '../../contract/ops.js';
import { Icon } from '../frame/icons.js';
import { Panel } from '../frame/panel.js';
import styles from './document-state.module.css';
import { dateTime, fromNow, inOwnTime } from './format.js';
import { isNote, warningText } from './warnings.js';

/** Sync Details in full, with what else is worth knowing now: warnings and the next attempt. */
export function DocumentState({ document }: { document: OpsDocument }) {
  const warnings = document.warnings.map((found) => ({
    text: warningText(found),
    isNote: isNote(found),
  }));
  return (
    <Panel title="Details">
      <p className={styles.details}>
        {inOwnTime(document.details) || 'There is nothing to report yet.'}
      </p>
      {document.nextAttemptAt !== null && (
        <p className={styles.next}>
          <Icon name="clock" size={14} />
          Next attempt {fromNow(document.nextAttemptAt, Date.now())} (
          {dateTime(document.nextAttemptAt)})
        </p>
      )}
      {warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning.text} data-note={warning.isNote || undefined}>
              <Icon name={warning.isNote ? 'done' : 'warning'} size={14} />
              <span>{warning.text}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
