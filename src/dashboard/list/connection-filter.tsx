import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { connectionQuery, connectionsQuery } from '../api/operations-queries.js';

const TYPING_PAUSE_MS = 250;
const SUGGESTED_MAX = '20';

interface ConnectionFilterProps {
  /** Id of the chosen connection. */
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}

/** Chooses one connection of any number by a part of its name. */
export function ConnectionFilter({ value, onChange }: ConnectionFilterProps) {
  return value === undefined ? (
    <Search onChange={onChange} />
  ) : (
    <Chosen id={value} onClear={() => onChange(undefined)} />
  );
}

function Search({ onChange }: Pick<ConnectionFilterProps, 'onChange'>) {
  const list = useId();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), TYPING_PAUSE_MS);
  const { data } = useQuery({
    ...connectionsQuery({ q: asked, limit: SUGGESTED_MAX }),
    enabled: asked !== '',
    refetchInterval: false,
  });
  const found = asked === '' ? [] : (data?.connections ?? []);
  const choices = found.map(({ id, name, externalId, app }) => ({
    id,
    label: `${name} (${app.name}, ${externalId})`,
  }));
  function change(typed: string): void {
    setText(typed);
    const chosen = choices.find(({ label }) => label === typed);
    if (chosen !== undefined) onChange(chosen.id);
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Enter takes what is meant where only one is.
        const [only, ...others] = choices;
        if (only !== undefined && others.length === 0) onChange(only.id);
      }}
    >
      <TextInput
        aria-label="Connection"
        placeholder="Any connection"
        list={list}
        autoComplete="off"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <datalist id={list}>
        {choices.map(({ id, label }) => (
          <option key={id} value={label} />
        ))}
      </datalist>
    </form>
  );
}

function Chosen({ id, onClear }: { id: string; onClear: () => void }) {
  const { data } = useQuery({ ...connectionQuery(id), refetchInterval: false });
  return (
    <TextInput
      aria-label="Connection"
      value={data?.name ?? id}
      readOnly
      rightSection={<CloseButton size="sm" aria-label="Any connection" onClick={onClear} />}
    />
  );
}
