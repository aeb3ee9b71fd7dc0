import { CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { DocumentKind } from '../contract/documents/index.js';
import styles from './document-filters.module.css';
import type { DocumentSearch } from './document-search.js';
import { Icon } from './icons.js';
import { KIND_LABELS } from './kinds.js';

const TYPING_PAUSE_MS = 300;

/** Search and kind; both end up in the address. */
export function DocumentFilters({ search }: { search: DocumentSearch }) {
  const navigate = useNavigate({ from: '/documents' });
  const [text, setText] = useState(search.q ?? '');
  const sent = useRef(search.q ?? '');

  // The address changed by other means (back, or filters cleared): the box follows.
  useEffect(() => {
    const inAddress = search.q ?? '';
    if (inAddress === sent.current) return;
    sent.current = inAddress;
    setText(inAddress);
  }, [search.q]);

  function find(entered: string): void {
    const q = entered.trim();
    if (q === sent.current) return;
    sent.current = q;
    void navigate({
      search: (before) => ({ ...before, q: q === '' ? undefined : q, after: undefined }),
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
        placeholder="Number, id or name"
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
