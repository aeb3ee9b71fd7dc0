import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpsConnection } from '../../contract/ops-connections.js';
import {
  checkSettings,
  type SettingSchema,
  type SettingsChange,
  saveSettings,
} from '../api/operations-api.js';
import { refreshOperations, settingsSchemaQuery } from '../api/operations-queries.js';
import { Failure } from '../frame/failure.js';
import { Fold } from '../frame/fold.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Listing } from '../list/listing.js';
import { Control } from './setting-control.js';
import { type Leaf, sectionsOf } from './setting-sections.js';
import styles from './settings.module.css';
import { WhatIf } from './what-if.js';

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
      {sectionsOf(leaves).map(({ title, leaves: inner }) => (
        <Fold key={title} title={title} note={changedText(inner, edits)}>
          <ul className={styles.settings}>
            {inner.map(({ path, schema }) => (
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
        </Fold>
      ))}
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

function changedText(leaves: readonly Leaf[], edits: ReadonlyMap<string, unknown>) {
  const changed = leaves.filter(({ path }) => edits.has(path)).length;
  return changed === 0 ? undefined : `${changed} changed`;
}
