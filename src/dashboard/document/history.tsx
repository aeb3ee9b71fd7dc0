import { Button } from '@mantine/core';
import { useState } from 'react';
import type { HistoryEntry } from '../../contract/answers.js';
import { Panel } from '../frame/panel.js';
import { asWords, dateTime, inOwnTime } from './format.js';
import styles from './history.module.css';
import { StatusBadge } from './status-badge.js';
import { STATUS_LOOKS } from './statuses.js';

/** Entries shown before the person asks for all. */
const SHOWN_AT_FIRST = 25;

/** What happened to a document, the newest first. */
export function History({ entries }: { entries: readonly HistoryEntry[] }) {
  const [isWhole, setWhole] = useState(false);
  const newestFirst = entries
    .map((entry, index) => ({ ...entry, index }))
    .sort((a, b) => b.at.localeCompare(a.at) || b.index - a.index);
  const shown = isWhole ? newestFirst : newestFirst.slice(0, SHOWN_AT_FIRST);
  return (
    <Panel title="History">
      {entries.length === 0 && <p className={styles.none}>Nothing has happened yet.</p>}
      <ol className={styles.entries} aria-label="History, the newest first">
        {shown.map((entry) => (
          <Entry key={entry.index} entry={entry} />
        ))}
      </ol>
      {shown.length < entries.length && (
        <Button size="compact-sm" variant="default" mt={12} onClick={() => setWhole(true)}>
          Show all {entries.length} entries
        </Button>
      )}
    </Panel>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const look = STATUS_LOOKS[entry.status];
  const what = asWords(entry.what);
  return (
    <li className={styles.entry} data-tone={look.tone}>
      <div className={styles.head}>
        <span className={styles.what}>{what}</span>
        {what !== look.label && <StatusBadge status={entry.status} />}
        <time dateTime={entry.at} className={styles.time}>
          {dateTime(entry.at)}
        </time>
      </div>
      {entry.details !== '' && <p className={styles.details}>{inOwnTime(entry.details)}</p>}
      <p className={styles.by}>
        by {byWhom(entry.by)} · revision {entry.revision}
        {entry.reason !== null && (
          <>
            {' · '}
            <code>{entry.reason}</code>
          </>
        )}
        {entry.intuitTid !== null && (
          <>
            {' · '}
            <span className={styles.tid}>
              intuit_tid <code>{entry.intuitTid}</code>
            </span>
          </>
        )}
      </p>
    </li>
  );
}

function byWhom(by: string): string {
  return by === 'app' || by === 'worker' ? `the ${by}` : by;
}
