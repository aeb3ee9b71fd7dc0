import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpsConnection } from '../../contract/ops-connections.js';
import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import {
  checkSettings,
  type SettingSchema,
  type SettingsChange,
  saveSettings,
} from '../api/operations-api.js';
import { refreshOperations, settingsSchemaQuery } from '../api/operations-queries.js';
import { asWords } from '../document/format.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Listing } from '../list/listing.js';
import styles from './settings.module.css';

/** A setting that has no settings below it. */
interface Leaf {
  /** `customer.missing`. */
  path: string;
  schema: SettingSchema;
}

/** Settings of a connection, each with what it means; support tries a change and then saves it. */
export function Settings({ connection }: { connection: OpsConnection }) {
  const schema = useQuery(settingsSchemaQuery);
  return (
    <Listing what="the settings" query={schema}>
      {(found) => <SettingList connection={connection} leaves={leavesOf(found)} />}
    </Listing>
  );
}

function leavesOf(schema: SettingSchema, before = ''): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = before === '' ? name : `${before}.${name}`;
    const isGroup = inner.properties !== undefined && inner.description === undefined;
    return isGroup ? leavesOf(inner, path) : [{ path, schema: inner }];
  });
}

interface SettingListProps {
  connection: OpsConnection;
  leaves: readonly Leaf[];
}

function SettingList({ connection, leaves }: SettingListProps) {
  const { csrfToken } = useSession();
  const mayChange = useMayActAs('support');
  const [edits, setEdits] = useState<ReadonlyMap<string, unknown>>(new Map());
  const change = () => changeOf(edits);
  const check = useMutation({
    mutationFn: () => checkSettings(connection.id, change(), csrfToken),
  });
  const save = useMutation({
    mutationFn: () => saveSettings(connection.id, change(), csrfToken),
    onSuccess: () => {
      setEdits(new Map());
      check.reset();
      return refreshOperations();
    },
  });
  function edit(path: string, value: unknown): void {
    const next = new Map(edits);
    if (JSON.stringify(value) === JSON.stringify(valueAt(connection.settings, path)))
      next.delete(path);
    else next.set(path, value);
    setEdits(next);
    check.reset();
    save.reset();
  }
  return (
    <>
      <ul className={styles.settings}>
        {leaves.map(({ path, schema }) => (
          <li key={path} className={styles.setting} data-edited={edits.has(path) || undefined}>
            <div>
              <code>{path}</code>
              <p className={styles.meaning}>{schema.description}</p>
            </div>
            <Control
              path={path}
              schema={schema}
              value={edits.has(path) ? edits.get(path) : valueAt(connection.settings, path)}
              disabled={!mayChange}
              onChange={(value) => edit(path, value)}
            />
          </li>
        ))}
      </ul>
      {mayChange && edits.size > 0 && (
        <div className={styles.bar}>
          <span role="status">{edits.size} changed</span>
          <Button size="sm" variant="default" onClick={() => setEdits(new Map())}>
            Undo
          </Button>
          <Button
            size="sm"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            Show what it would do
          </Button>
          <Button size="sm" loading={save.isPending} onClick={() => save.mutate()}>
            Save
          </Button>
        </div>
      )}
      {check.error !== null && <Failure title="It could not be tried" error={check.error} />}
      {save.error !== null && <Failure title="It was not saved" error={save.error} />}
      {check.data !== undefined && <WhatIf answer={check.data} />}
    </>
  );
}

interface ControlProps {
  path: string;
  schema: SettingSchema;
  value: unknown;
  disabled: boolean;
  onChange: (value: unknown) => void;
}

/** A box for yes and no, a list for words, text for text, and JSON for the rest. */
function Control({ path, schema, value, disabled, onChange }: ControlProps) {
  const label = { 'aria-label': path, disabled };
  if (typeof value === 'boolean') {
    return (
      <Checkbox
        {...label}
        checked={value}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (schema.enum !== undefined) {
    return (
      <NativeSelect
        {...label}
        value={String(value)}
        data={schema.enum}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (typeof value === 'string') {
    return (
      <TextInput
        {...label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return <JsonText key={JSON.stringify(value)} {...{ path, value, disabled, onChange }} />;
}

/** Text that counts once it is left, and only if it can be read. */
function JsonText({ path, value, disabled, onChange }: Omit<ControlProps, 'schema'>) {
  const [error, setError] = useState<string | null>(null);
  return (
    <TextInput
      aria-label={path}
      disabled={disabled}
      error={error}
      defaultValue={value === undefined ? '' : JSON.stringify(value)}
      onBlur={(event) => {
        const text = event.currentTarget.value.trim();
        try {
          onChange(text === '' ? null : JSON.parse(text));
          setError(null);
        } catch {
          setError('This is no JSON');
        }
      }}
    />
  );
}

function valueAt(settings: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      settings,
    );
}

/** `{'customer.missing': 'fail'}` → `{customer: {missing: 'fail'}}`. */
function changeOf(edits: ReadonlyMap<string, unknown>): SettingsChange {
  const change: SettingsChange = {};
  for (const [path, value] of edits) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let place = change;
    for (const name of names) {
      place[name] ??= {};
      place = place[name] as SettingsChange;
    }
    place[last] = value;
  }
  return change;
}

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

function WhatIf({ answer }: { answer: SettingsCheckAnswer }) {
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
