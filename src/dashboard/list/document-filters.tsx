import { CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { DocumentKind } from '../../contract/documents/index.js';
import { KIND_LABELS } from '../document/kinds.js';
import { Icon } from '../frame/icons.js';
import styles from './document-filters.module.css';
import type { DocumentSearch } from './document-search.js';

const TYPING_PAUSE_MS = 300;

/** Text with a `word:` in it is the filter language; any other text is looked for as it is. */
const FILTER_WORD = /(^|\s)[a-z]+:/;

/** Search and kind; both end up in the address. */
export function DocumentFilters({ search }: { search: DocumentSearch }) {
  const navigate = useNavigate({ from: '/documents' });
  const inAddress = search.filter ?? search.q ?? '';
  const [text, setText] = useState(inAddress);
  const sent = useRef(inAddress);

  // The address changed by other means (back, or filters cleared): the box follows.
  useEffect(() => {
    if (inAddress === sent.current) return;
    sent.current = inAddress;
    setText(inAddress);
  }, [inAddress]);

  function find(entered: string): void {
    const words = entered.trim();
    if (words === sent.current) return;
    sent.current = words;
    void navigate({
      search: (before) => ({ ...before, ...searchOf(words), after: undefined }),
      replace: true,
    });
  }
  const findLater = useDebouncedCallback(find, TYPING_PAUSE_MS);

  function change(entered: string): void {
    setText(entered);
    findLater(entered);
  }

  return (
    <search className={styles.filters}>
      <TextInput
        type="text"
        inputMode="search"
        className={styles.text}
        size="sm"
        aria-label="Search by number, external id or name"
        placeholder="Number, name, or status:failed amount:>1000"
        data-search
        leftSection={<Icon name="search" />}
        rightSection={
          text === '' ? null : (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
          )
        }
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(text);
        }}
      />
      <NativeSelect
        className={styles.kind}
        size="sm"
        aria-label="Kind of document"
        value={search.kind ?? ''}
        onChange={(event) => {
          const kind = (event.currentTarget.value || undefined) as DocumentKind | undefined;
          void navigate({ search: (before) => ({ ...before, kind, after: undefined }) });
        }}
        data={[
          { value: '', label: 'All kinds' },
          ...Object.entries(KIND_LABELS).map(([value, label]) => ({ value, label: `${label}s` })),
        ]}
      />
    </search>
  );
}

function searchOf(words: string): Pick<DocumentSearch, 'q' | 'filter'> {
  if (FILTER_WORD.test(words)) return { q: undefined, filter: words };
  return { q: words === '' ? undefined : words, filter: undefined };
}
