import { CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { DocumentKind } from '../../contract/documents/index.js';
import { causeQuery } from '../api/operations-queries.js';
import { asWords } from '../document/format.js';
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
  const { cause, rest } = withoutCause(search.filter);
  const inAddress = rest ?? search.q ?? '';
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
      search: (before) => ({ ...before, ...searchOf(words, cause), after: undefined }),
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
      {cause !== undefined && (
        <CauseChip
          id={cause}
          onClear={() =>
            void navigate({
              search: (before) => ({ ...before, ...searchOf(inAddress), after: undefined }),
            })
          }
        />
      )}
      <TextInput
        type="text"
        inputMode="search"
        className={styles.text}
        size="sm"
        aria-label="Search by number, external id or name"
        placeholder="Number, name, connection, or status:failed amount:>1000"
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

function searchOf(words: string, cause?: string): Pick<DocumentSearch, 'q' | 'filter'> {
  const only = cause === undefined ? [] : [`cause:${cause}`];
  if (only.length > 0 || FILTER_WORD.test(words)) {
    const filter = [words, ...only].filter((part) => part !== '').join(' ');
    return { q: undefined, filter };
  }
  return { q: words === '' ? undefined : words, filter: undefined };
}

const CAUSE_WORD = /(?:^|\s)cause:(\d+)(?=\s|$)/;

/** The cause a filter asks for, and what else it says. */
function withoutCause(filter: string | undefined) {
  const [, cause] = CAUSE_WORD.exec(filter ?? '') ?? [];
  return { cause, rest: cause === undefined ? filter : filter?.replace(CAUSE_WORD, '').trim() };
}

/** What the rows fail for, in words. */
function CauseChip({ id, onClear }: { id: string; onClear: () => void }) {
  const { data } = useQuery(causeQuery(id));
  const name = data?.params.name;
  const about = typeof name === 'string' ? ` “${name}”` : '';
  return (
    <span className={styles.cause} title={data?.details}>
      {data === undefined ? 'One problem' : `${asWords(data.reason)}${about}`}
      <CloseButton size="sm" aria-label="Show other problems too" onClick={onClear} />
    </span>
  );
}
