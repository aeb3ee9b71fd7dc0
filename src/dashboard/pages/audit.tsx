import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import type { AuditRow } from '../../contract/audit.js';
import type { Search } from '../api/operations-api.js';
import { auditFile } from '../api/people-api.js';
import { auditQuery, peopleQuery } from '../api/people-queries.js';
import { asWords, dateTime } from '../document/format.js';
import { ForAdmins } from '../frame/for-admins.js';
import { PageTitle } from '../frame/page-title.js';
import { ConnectionFilter } from '../list/connection-filter.js';
import { Listing, Nothing, PageHead, Tools } from '../list/listing.js';
import { NextPage } from '../list/next-page.js';
import { Rows, Second } from '../list/rows.js';
import { AUDIT_SUBJECTS, AUDIT_WORDS, auditWords, OTHER_ACTORS } from '../people/audit-words.js';

const route = getRouteApi('/audit');
const TYPING_PAUSE_MS = 300;

/** What people, apps and the command line did, newest first. */
export function AuditPage() {
  return (
    <ForAdmins title="Audit">
      <Audit />
    </ForAdmins>
  );
}

function Audit() {
  const search = route.useSearch();
  const asked = askedOf(search);
  const query = useQuery(auditQuery(asked));
  const people = useQuery(peopleQuery);
  const emails = new Map(people.data?.people.map(({ id, email }) => [id, email]));
  const { after: _, ...filter } = asked;
  return (
    <>
      <PageHead>
        <PageTitle tab="Audit">Audit</PageTitle>
        <a href={auditFile(filter)} download="audit.csv">
          Download as CSV
        </a>
      </PageHead>
      <Filters />
      <Listing what="the audit log" query={query}>
        {({ rows, after }) =>
          rows.length === 0 ? (
            <Nothing title="Nothing was done that matches">
              <p>
                <Link to="/audit" search={{}}>
                  Show everything
                </Link>
              </p>
            </Nothing>
          ) : (
            <>
              <Rows
                caption="What was done"
                columns={[
                  { label: 'When' },
                  { label: 'Who' },
                  { label: 'What' },
                  { label: 'Connection' },
                  { label: 'About' },
                ]}
                rows={rows.map((row) => rowOf(row, emails))}
              />
              <NextPage to="/audit" search={search} after={after} />
            </>
          )
        }
      </Listing>
    </>
  );
}

/** Days of the address are days of this browser; the server is asked for moments. */
function askedOf({ from, to, ...search }: Search): Search {
  return { ...search, from: startOf(from, 0), to: startOf(to, 1) };
}

/** The moment a day begins, or one so many days after it; undefined for what is no day. */
function startOf(day: string | undefined, daysLater: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '') ?? [];
  if (date === undefined) return undefined;
  // By parts and not by hours: a day with a clock change has 23 or 25.
  return new Date(Number(year), Number(month) - 1, Number(date) + daysLater).toISOString();
}

function rowOf(row: AuditRow, emails: ReadonlyMap<string, string>) {
  const { id, at, actor, action, app, connection, subject } = row;
  return {
    key: id,
    cells: [
      <time key="when" dateTime={at}>
        {dateTime(at)}
      </time>,
      <>
        {actor}
        {OTHER_ACTORS[actor] !== undefined && <Second>{OTHER_ACTORS[actor]}</Second>}
      </>,
      auditWords(action),
      connection === null ? (
        (app ?? '–')
      ) : (
        <>
          {connection.name === null ? (
            'purged'
          ) : (
            <Link to="/connections/$id" params={{ id: connection.id }}>
              {connection.name}
            </Link>
          )}
          {app !== null && <Second>{app}</Second>}
        </>
      ),
      <About key="about" subject={subject} emails={emails} />,
    ],
  };
}

interface AboutProps {
  subject: AuditRow['subject'];
  emails: ReadonlyMap<string, string>;
}

/** `Person: ada@example.com, Role: admin`; the log has ids and counts, never contents. */
function About({ subject: { documentId, ...subject }, emails }: AboutProps) {
  const about = aboutOf(subject, emails);
  if (documentId === undefined) return about || '–';
  return (
    <>
      <Link to="/documents/$id" params={{ id: String(documentId) }}>
        The document
      </Link>
      {about !== '' && <Second>{about}</Second>}
    </>
  );
}

function aboutOf(subject: AuditRow['subject'], emails: ReadonlyMap<string, string>): string {
  return Object.entries(subject)
    .filter(([, value]) => value !== null && textOf(value) !== '')
    .map(([name, value]) => {
      const email = name === 'userId' ? emails.get(String(value)) : undefined;
      return email === undefined ? `${wordsOf(name)}: ${textOf(value)}` : `Person: ${email}`;
    })
    .join(', ');
}

const wordsOf = (name: string) =>
  asWords(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

const LISTED_MAX = 5;

function textOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  const more = value.length - LISTED_MAX;
  return `${value.slice(0, LISTED_MAX).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function Filters() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const set = (change: Search) =>
    void navigate({ search: (before) => ({ ...before, ...change, after: undefined }) });
  return (
    <Tools>
      <ActorFilter value={search.actor} onChange={(actor) => set({ actor })} />
      <NativeSelect
        aria-label="What was done"
        value={search.action ?? ''}
        onChange={(event) => set({ action: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'Everything' },
          ...AUDIT_SUBJECTS,
          ...Object.entries(AUDIT_WORDS).map(([value, label]) => ({ value, label })),
        ]}
      />
      <ConnectionFilter value={search.connection} onChange={(connection) => set({ connection })} />
      <TextInput
        type="date"
        leftSection="From"
        leftSectionWidth={56}
        aria-label="From this day on"
        value={search.from ?? ''}
        max={search.to}
        onChange={(event) => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        leftSection="To"
        leftSectionWidth={40}
        aria-label="Up to this day"
        value={search.to ?? ''}
        min={search.from}
        onChange={(event) => set({ to: event.currentTarget.value || undefined })}
      />
    </Tools>
  );
}

interface ActorFilterProps {
  value: string | undefined;
  onChange: (actor: string | undefined) => void;
}

/** Whoever did it, whole: people are suggested, an app's key is typed. */
function ActorFilter({ value, onChange }: ActorFilterProps) {
  const list = useId();
  const { data } = useQuery(peopleQuery);
  const find = useDebouncedCallback(
    (text: string) => onChange(text.trim() === '' ? undefined : text.trim()),
    TYPING_PAUSE_MS,
  );
  return (
    <div>
      <TextInput
        key={value === undefined ? 'none' : 'some'}
        aria-label="Who did it"
        placeholder="Anybody"
        list={list}
        autoComplete="off"
        defaultValue={value ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
      />
      <datalist id={list}>
        {data?.people.map(({ email }) => (
          <option key={email} value={email} />
        ))}
        {Object.entries(OTHER_ACTORS).map(([actor, meaning]) => (
          <option key={actor} value={actor} label={meaning} />
        ))}
      </datalist>
    </div>
  );
}
