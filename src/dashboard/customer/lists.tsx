import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CustomerConnection, CustomerRecord } from '../../contract/customer-page.js';
import { dateTime } from '../document/format.js';
import { Icon } from '../frame/icons.js';
import { type Acting, recordsQuery, refreshLists, setHidden } from './customer-api.js';
import { pathText } from './path-text.js';
import { Refusal } from './section.js';

interface ListsProps {
  acting: Acting;
  connection: CustomerConnection;
  onDone: () => Promise<void>;
}

/** Each list with its refresh symbol; opened, it can be looked into. */
export function Lists({ acting, connection, onDone }: ListsProps) {
  const { lists, run, actions, nightly } = connection;
  const [open, setOpen] = useState<string | null>(null);
  const refresh = useMutation({
    mutationFn: (type: string) => refreshLists(acting, [type]),
    onSuccess: onDone,
  });
  const mayRefresh = actions.some(({ action }) => action === 'force_sync');
  const isReading = (type: string) => run?.isOpen === true && run.types.includes(type);
  return (
    <>
      <ul className="lists">
        {lists.map((list) => (
          <li key={list.type}>
            <div className="list">
              <button
                type="button"
                className="name"
                aria-expanded={open === list.type}
                onClick={() => setOpen(open === list.type ? null : list.type)}
              >
                <Icon name="forward" />
                {list.label}
              </button>
              <span className="when">
                {isReading(list.type) ? 'being read' : readAt(list.refreshedAt)}
                {list.stale && ' · the last reading failed'}
              </span>
              {mayRefresh && (
                <button
                  type="button"
                  className="symbol"
                  aria-label={`Refresh ${list.label}`}
                  title={`Refresh ${list.label}`}
                  disabled={refresh.isPending || run?.isOpen === true}
                  onClick={() => refresh.mutate(list.type)}
                >
                  <Icon name="sync" />
                </button>
              )}
            </div>
            {open === list.type && <Records acting={acting} list={list} />}
          </li>
        ))}
      </ul>
      {nightly !== null && (
        <p className="nightly">
          All of them are read again by themselves every night, from {nightly.at}
          {nightly.timeZone !== null && ` (${nightly.timeZone})`} on.
        </p>
      )}
      {refresh.error !== null && <Refusal title="It was not refreshed" error={refresh.error} />}
    </>
  );
}

const readAt = (at: string | null) => (at === null ? 'not read yet' : `read ${dateTime(at)}`);

function Records({ acting, list }: { acting: Acting; list: CustomerConnection['lists'][number] }) {
  const [text, setText] = useState('');
  const { data, error } = useQuery(recordsQuery(acting.id, list.type, text.trim()));
  return (
    <div className="records">
      <input
        type="search"
        aria-label={`Search ${list.label}`}
        placeholder="Search by name"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error !== null && <Refusal title="The list could not be read" error={error} />}
      {data?.records.length === 0 && <p>Nothing by that name.</p>}
      <ul>
        {data?.records.map((record) => (
          <li key={record.recordId}>
            <span>
              {record.number !== null && `${record.number} `}
              {pathText(record)}
              {!record.active && ' (inactive in QuickBooks)'}
            </span>
            {list.isHidable && <Hide acting={acting} type={list.type} record={record} />}
          </li>
        ))}
      </ul>
      {data !== undefined && data.after !== null && <p>There are more: search by name.</p>}
    </div>
  );
}

function Hide({ acting, type, record }: { acting: Acting; type: string; record: CustomerRecord }) {
  const [isHidden, setIsHidden] = useState(record.hidden);
  const hide = useMutation({
    mutationFn: (hidden: boolean) => setHidden(acting, type, { ...record, hidden }),
    onError: () => setIsHidden(record.hidden),
  });
  return (
    <label className="hide">
      <input
        type="checkbox"
        aria-label={`Hide ${pathText(record)}`}
        checked={isHidden}
        disabled={hide.isPending}
        onChange={(event) => {
          setIsHidden(event.currentTarget.checked);
          hide.mutate(event.currentTarget.checked);
        }}
      />
      Hide
    </label>
  );
}
