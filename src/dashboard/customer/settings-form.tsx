import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownSetting } from '../../contract/customer-page.js';
import type { SettingsCheckAnswer } from '../../contract/settings-check.js';
import { type Acting, checkSettings, saveSettings } from './customer-api.js';
import { Refusal } from './section.js';
import { changeOf, type Edits, SettingFields } from './setting-fields.js';

interface FormProps {
  acting: Acting;
  settings: readonly ShownSetting[];
  onDone: () => Promise<void>;
}

/** The customer's settings: tried out first where they wish, then saved together. */
export function SettingsForm({ acting, settings, onDone }: FormProps) {
  const [edits, setEdits] = useState<Edits>(new Map());
  const check = useMutation({ mutationFn: () => checkSettings(acting, changeOf(edits)) });
  const save = useMutation({
    mutationFn: () => saveSettings(acting, changeOf(edits)),
    onSuccess: async () => {
      await onDone();
      setEdits(new Map());
      check.reset();
    },
  });
  function edit(next: Edits): void {
    setEdits(next);
    check.reset();
    save.reset();
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <SettingFields {...{ acting, settings, edits }} onEdit={edit} />
      <div className="buttons">
        <button type="submit" className="primary" disabled={edits.size === 0 || save.isPending}>
          Save
        </button>
        <button
          type="button"
          disabled={edits.size === 0 || check.isPending}
          onClick={() => check.mutate()}
        >
          Show what it would do
        </button>
      </div>
      {check.data !== undefined && <WhatIf answer={check.data} />}
      {save.isSuccess && edits.size === 0 && <p role="status">Saved.</p>}
      {check.error !== null && <Refusal title="It could not be tried" error={check.error} />}
      {save.error !== null && <Refusal title="It was not saved" error={save.error} />}
    </form>
  );
}

function WhatIf({ answer: { documents, complete } }: { answer: SettingsCheckAnswer }) {
  return (
    <p role="status">
      Of the newest {documents.checked} document{documents.checked === 1 ? '' : 's'}{' '}
      {documents.unchanged} would stay as they are, {documents.changed} would be sent otherwise, and
      for {documents.otherwise} another thing would happen. Nothing was changed yet.
      {!complete && ' Older ones were not looked at.'}
    </p>
  );
}
