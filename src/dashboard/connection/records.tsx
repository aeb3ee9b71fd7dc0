import { Checkbox, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecordAnswer } from '../../contract/answers.js';
import type { RecordType } from '../../contract/run.js';
import { setRecordHidden } from '../api/operations-api.js';
import { recordsQuery, refreshOperations } from '../api/operations-queries.js';
import { Icon } from '../frame/icons.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Listing, Nothing, Tools } from '../list/listing.js';
import { Rows, Second } from '../list/rows.js';
import { listWords } from './list-words.js';

const TYPING_PAUSE_MS = 300;

/** One list of QuickBooks, with what is hidden from pick lists. */
export function Records({ connection, type }: { connection: string; type: RecordType }) {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim() || undefined, TYPING_PAUSE_MS);
  const query = useQuery(recordsQuery(connection, type, { q, limit: '50' }));
  return (
    <>
      <h3>{listWords(type)}</h3>
      <Tools>
        <TextInput
          aria-label={`Search ${listWords(type)} by name`}
          placeholder="Name"
          leftSection={<Icon name="search" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Tools>
      <Listing what="the list" query={query}>
        {({ records, after }) =>
          records.length === 0 ? (
            <Nothing title="Nothing by that name" />
          ) : (
            <>
              <Rows
                caption={listWords(type)}
                columns={[{ label: 'Name' }, { label: 'Number' }, { label: 'Hidden' }]}
                rows={records.map((record) => ({
                  key: record.recordId,
                  cells: [
                    <>
                      {record.name}
                      {pathOf(record) !== undefined && <Second>{pathOf(record)}</Second>}
                      {!record.active && <Second>inactive in QuickBooks</Second>}
                    </>,
                    record.number ?? '–',
                    <Hidden key="hidden" connection={connection} record={record} />,
                  ],
                }))}
              />
              {after !== null && <p>There are more: search by name.</p>}
            </>
          )
        }
      </Listing>
    </>
  );
}

/** Its whole name where it lies below another: names repeat below different ones. */
function pathOf({ name, facts }: RecordAnswer): string | undefined {
  const { fullName } = facts;
  if (typeof fullName !== 'string' || fullName === name) return undefined;
  return fullName.replaceAll(':', ' › ');
}

function Hidden({ connection, record }: { connection: string; record: RecordAnswer }) {
  const { csrfToken } = useSession();
  const mayAct = useMayActAs('operator');
  const [wanted, setWanted] = useState(record.hidden);
  const hide = useMutation({
    mutationFn: (hidden: boolean) => setRecordHidden(connection, { ...record, hidden }, csrfToken),
    onError: () => setWanted(record.hidden),
    onSettled: refreshOperations,
  });
  return (
    <Checkbox
      size="xs"
      aria-label={`Hide ${pathOf(record) ?? record.name}`}
      checked={wanted}
      disabled={!mayAct}
      onChange={(event) => {
        setWanted(event.currentTarget.checked);
        hide.mutate(event.currentTarget.checked);
      }}
    />
  );
}
