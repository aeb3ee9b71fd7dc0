import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import { asWords } from '../document/format.js';
import styles from './settings.module.css';

function codeText({ name, number }: SettingsCheckAnswer['coding']['first'][number]['from']) {
  return [number, name].filter((part) => part !== null).join(' ') || 'nothing';
}

function letGoText({
  kind,
  documents,
  amounts,
  reason,
}: SettingsCheckAnswer['letGo']['kinds'][number]) {
  const money = amounts.map(({ amount, currency }) => ` ${amount} ${currency ?? ''}`.trimEnd());
  const wait = reason === null ? '' : ` (first waits: ${asWords(reason).toLowerCase()})`;
  return `${documents} ${asWords(kind).toLowerCase()}${money.join(',')}${wait}`;
}

/** What a change of settings would do to the newest documents. */
export function WhatIf({ answer }: { answer: SettingsCheckAnswer }) {
  const { documents, lines, coding, otherwise, letGo, complete } = answer;
  return (
    <div className={styles.whatIf} role="status">
      <p>
        Of the newest {documents.checked} documents {documents.unchanged} would stay as they are,{' '}
        {documents.changed} would be sent otherwise ({lines.changed} of {lines.checked} lines), and
        for {otherwise.count} another thing would happen.
        {!complete && ' Older ones were not looked at.'}
      </p>
      {letGo.documents > 0 && (
        <p>
          Saving lets {letGo.complete ? '' : 'at least '}
          {letGo.documents} documents go by themselves: {letGo.kinds.map(letGoText).join('; ')}.
        </p>
      )}
      <ul>
        {coding.first.map((row) => (
          <li key={JSON.stringify(row)}>
            {row.lines} lines, {asWords(row.what).toLowerCase()}: {codeText(row.from)} →{' '}
            {codeText(row.to)}
          </li>
        ))}
        {otherwise.first.map((row) => (
          <li key={`${row.kind} ${row.externalId}`}>
            {row.number ?? row.externalId}: {row.before.status} → {row.after.status}
            {row.after.reason !== null && ` (${row.after.reason})`}
          </li>
        ))}
      </ul>
    </div>
  );
}
