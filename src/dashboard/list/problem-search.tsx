import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../frame/icons.js';

const TYPING_PAUSE_MS = 300;

/** Finds what fails by a number, a customer or a connection. */
export function ProblemSearch({ q }: { q: string | undefined }) {
  const navigate = useNavigate({ from: '/' });
  const [text, setText] = useState(q ?? '');
  const find = useDebouncedCallback((words: string) => {
    void navigate({ search: words === '' ? {} : { q: words }, replace: true });
  }, TYPING_PAUSE_MS);
  function change(typed: string): void {
    setText(typed);
    find(typed.trim());
  }
  return (
    <search>
      <TextInput
        size="sm"
        aria-label="Search the problems by number, name or connection"
        placeholder="Number, name or connection"
        data-search
        leftSection={<Icon name="search" />}
        rightSection={
          text === '' ? null : (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
          )
        }
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </search>
  );
}
