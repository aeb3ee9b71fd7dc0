import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SettingSchema } from '../api/operations-api.js';

interface ControlProps {
  path: string;
  schema: SettingSchema;
  value: unknown;
  disabled: boolean;
  onChange: (value: unknown) => void;
}

/** A box for yes and no, a choice of words, words with commas, text for text, and JSON for the rest. */
export function Control({ path, schema, value, disabled, onChange }: ControlProps) {
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
  if (Array.isArray(value) && schema.items?.type === 'string') {
    return (
      <TextInput
        {...label}
        key={value.join()}
        defaultValue={value.join(', ')}
        placeholder="None"
        onBlur={(event) => onChange(wordsOf(event.currentTarget.value))}
      />
    );
  }
  return <JsonText key={JSON.stringify(value)} {...{ path, value, disabled, onChange }} />;
}

const wordsOf = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

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
