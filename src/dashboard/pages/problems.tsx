import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import type { OpsCauseAnswer } from '../../contract/causes.js';
import type { ConnectionStatus } from '../../contract/connection.js';
import type { LiveFigures } from '../../contract/live.js';
import { useLiveFigures } from '../api/live-figures.js';
import { causesQuery, refreshCauses } from '../api/operations-queries.js';
import { Cause } from '../document/cause.js';
import { counted, shortDuration } from '../document/format.js';
import type { Retried } from '../document/retried.js';
import { CONNECTION_LOOKS } from '../document/state-badge.js';
import type { Tone } from '../document/statuses.js';
import { Icon } from '../frame/icons.js';
import { PageTitle } from '../frame/page-title.js';
import { Listing, Nothing, PageHead } from '../list/listing.js';
import { ProblemSearch } from '../list/problem-search.js';
import styles from './problems.module.css';

const route = getRouteApi('/');
/** Work that has been due for longer is held up by something. */
const LATE_SECONDS = 900;
/** Connections in these states need somebody, those that send nothing any more first. */
const CARE: readonly ConnectionStatus[] = [
  'reconnect_needed',
  'disconnected_in_quickbooks',
  'company_suspended',
  'awaiting_finalization',
  'setup_incomplete',
];

interface Problem {
  key: string;
  tone: Tone;
  title: ReactNode;
  what: string;
}

/** Where a person is needed, most urgent first; the page one opens in the morning. */
export function ProblemsPage() {
  const { q } = route.useSearch();
  const { query } = useLiveFigures();
  const causes = useQuery(causesQuery(q));
  const failed = query.data?.failed;
  // Failures come and go with the figures: what is grouped is read again with them.
  useEffect(() => {
    if (failed !== undefined) void refreshCauses();
  }, [failed]);
  return (
    <>
      <PageHead>
        <PageTitle tab="Problems">Problems</PageTitle>
        <ProblemSearch q={q} />
      </PageHead>
      <Listing what="the problems" query={query}>
        {(figures) => (
          // Nothing is well before both were read.
          <Listing what="what holds documents up" query={causes}>
            {({ causes: found }) => (
              <Problems
                problems={q === undefined ? problemsOf(figures) : []}
                causes={found}
                q={q}
              />
            )}
          </Listing>
        )}
      </Listing>
    </>
  );
}

interface ProblemsProps {
  problems: readonly Problem[];
  causes: readonly OpsCauseAnswer[];
  q: string | undefined;
}

function Problems({ problems, causes, q }: ProblemsProps) {
  const [retried, setRetried] = useState<readonly Retried[]>([]);
  const shown = inPlace(causes, retried);
  if (problems.length + shown.length === 0) return q === undefined ? <Well /> : <NoneFound q={q} />;
  return (
    <ul className={styles.problems} aria-label="Problems">
      {problems.map(({ key, tone, title, what }) => (
        <li key={key} className={styles.problem} data-tone={tone} data-row={key}>
          <Icon name={tone === 'red' ? 'alert' : 'warning'} size={18} />
          <div>
            <p className={styles.title}>{title}</p>
            <p className={styles.what}>{what}</p>
          </div>
        </li>
      ))}
      {shown.map(({ id, now, before }, place) => (
        <Cause
          key={id}
          cause={now}
          retried={before}
          onRetried={(cause, release) =>
            setRetried((all) => [
              ...all.filter((one) => one.cause.id !== id),
              { cause, place, release, at: new Date() },
            ])
          }
        />
      ))}
    </ul>
  );
}

interface Shown {
  id: string;
  now: OpsCauseAnswer | undefined;
  before: Retried | undefined;
}

/** What was retried here stays where it stood, also once it holds nothing up any more. */
function inPlace(causes: readonly OpsCauseAnswer[], retried: readonly Retried[]): Shown[] {
  const ids = new Set(retried.map(({ cause }) => cause.id));
  const shown = causes.flatMap((now): Shown[] =>
    ids.has(now.id) ? [] : [{ id: now.id, now, before: undefined }],
  );
  for (const before of [...retried].sort((a, b) => a.place - b.place)) {
    const { id } = before.cause;
    shown.splice(before.place, 0, { id, now: causes.find((one) => one.id === id), before });
  }
  return shown;
}

function Well() {
  return (
    <div className={styles.well} role="status">
      <Icon name="check" size={28} />
      <p className={styles.title}>All is well</p>
      <p>
        Nothing has failed and nobody is waited for. <Link to="/live">See what goes on</Link>
      </p>
    </div>
  );
}

function NoneFound({ q }: { q: string }) {
  return (
    <Nothing title={`No problem matches “${q}”`}>
      <p>
        It looks at failures.{' '}
        <Link to="/documents" search={{ q }}>
          Look in all documents
        </Link>
      </p>
    </Nothing>
  );
}

function problemsOf(figures: LiveFigures): Problem[] {
  return [
    ...lateProblem(figures),
    ...connectionProblems(figures),
    ...stopProblems(figures),
    ...runProblems(figures),
    ...otherProblems(figures),
  ];
}

function lateProblem({ due, workers }: LiveFigures): Problem[] {
  if (workers.length === 0) {
    return [
      {
        key: 'workers',
        tone: 'red',
        title: <Link to="/live">No worker is running</Link>,
        what: 'Documents are taken, and nothing is sent until one is. Start one with "qbo-sync worker".',
      },
    ];
  }
  const oldest = Math.max(0, ...due.map(({ oldestSeconds }) => oldestSeconds));
  if (oldest <= LATE_SECONDS) return [];
  return [
    {
      key: 'late',
      tone: 'red',
      title: <Link to="/live">Work has been due for {shortDuration(oldest)}</Link>,
      what: 'Look whether workers run, and whether QuickBooks is throttling.',
    },
  ];
}

const CARE_WORDS: Partial<Record<ConnectionStatus, string>> = {
  reconnect_needed: 'QuickBooks refuses their tokens. Their customers have to connect again.',
  disconnected_in_quickbooks: 'Somebody disconnected them in QuickBooks.',
  company_suspended: 'Intuit has suspended their companies. Their customers have to ask Intuit.',
  awaiting_finalization: 'Support has to finalize them before anything is sent.',
  setup_incomplete: 'Their settings ask for what is not there yet.',
};

function connectionProblems({ connections }: LiveFigures): Problem[] {
  return CARE.flatMap((status): Problem[] => {
    const count = connections.find((row) => row.status === status)?.connections ?? 0;
    if (count === 0) return [];
    const { label, tone } = CONNECTION_LOOKS[status];
    return [
      {
        key: status,
        tone,
        title: (
          <Link to="/connections" search={{ status }}>
            {counted(count, 'connection')}: {label}
          </Link>
        ),
        what: CARE_WORDS[status] ?? '',
      },
    ];
  });
}

const STOPS = {
  hold: {
    title: 'Sending is on hold for: ',
    what: 'What is stated waits, and goes on by itself at the end of the hold.',
  },
  pause: {
    title: 'Sending is paused for: ',
    what: 'What is stated waits until somebody resumes it; a pause has no end of its own.',
  },
} as const;

/** Somebody wanted it so; nothing arrives all the same, and whoever looks here has to know why. */
function stopProblems({ stopped }: LiveFigures): Problem[] {
  return stopped.map(({ by, connections, named }) => ({
    key: by,
    tone: 'amber',
    title: (
      <>
        {STOPS[by].title}
        {named.map(({ id, name }, index) => (
          <span key={id}>
            {index > 0 && ', '}
            <Link to="/connections/$id" params={{ id }}>
              {name}
            </Link>
          </span>
        ))}
        {connections > named.length && ` and ${connections - named.length} more`}
      </>
    ),
    what: STOPS[by].what,
  }));
}

function runProblems({ failedRuns }: LiveFigures): Problem[] {
  if (failedRuns === 0) return [];
  return [
    {
      key: 'runs',
      tone: 'amber',
      title: (
        <Link to="/runs" search={{ status: 'failed' }}>
          {counted(failedRuns, 'run')} failed and nothing made up for it since
        </Link>
      ),
      what: 'Lists and changes of QuickBooks may be older than they look.',
    },
  ];
}

function otherProblems({ unended, throttledCompanies }: LiveFigures): Problem[] {
  const checking = unended.find(({ status }) => status === 'checking')?.documents ?? 0;
  const throttled: Problem = {
    key: 'throttled',
    tone: 'amber',
    title: (
      <Link to="/connections">{counted(throttledCompanies, 'company', 'companies')} throttled</Link>
    ),
    what: 'A limit of Intuit’s day or month is used up; they go on by themselves.',
  };
  const unknown: Problem = {
    key: 'checking',
    tone: 'amber',
    title: (
      <Link to="/documents" search={{ status: 'checking' }}>
        {counted(checking, 'document')} with an unknown outcome
      </Link>
    ),
    what: 'It is being looked for in QuickBooks; nothing is sent twice.',
  };
  return [...(throttledCompanies > 0 ? [throttled] : []), ...(checking > 0 ? [unknown] : [])];
}
