import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { OpsRun } from '../../contract/ops-connections.js';
import type { RunJob, RunTrigger } from '../../contract/run.js';
import { retryRun, type Search } from '../api/operations-api.js';
import { refreshOperations, runsQuery } from '../api/operations-queries.js';
import { DetailsText } from '../document/details-text.js';
import { asWords, groupedAmount, shortDuration } from '../document/format.js';
import { RUN_LOOKS, StateBadge } from '../document/state-badge.js';
import { PageTitle } from '../frame/page-title.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Ago } from '../frame/times.js';
import { ConnectionFilter } from '../list/connection-filter.js';
import { Listing, Nothing, PageHead, Tools } from '../list/listing.js';
import { NextPage } from '../list/next-page.js';
import { Rows, Second } from '../list/rows.js';

const route = getRouteApi('/runs');

/** What is pulled from QuickBooks: refreshes, imports, changes. */
export function RunsPage() {
  const search = route.useSearch();
  const query = useQuery(runsQuery({ ...search }));
  return (
    <>
      <PageHead>
        <PageTitle tab="Runs">Runs</PageTitle>
      </PageHead>
      <Filters />
      <Listing what="the runs" query={query}>
        {({ runs, after }) => (
          <>
            {runs.length === 0 ? <NoRuns /> : <RunRows runs={runs} />}
            <NextPage to="/runs" search={search} after={after} />
          </>
        )}
      </Listing>
    </>
  );
}

function NoRuns() {
  const isFiltered = Object.values(route.useSearch()).some((value) => value !== undefined);
  return isFiltered ? (
    <Nothing title="No run matches">
      <p>
        <Link to="/runs" search={{}}>
          Show all runs
        </Link>
      </p>
    </Nothing>
  ) : (
    <Nothing title="Nothing was pulled yet">
      <p>Lists and changes of QuickBooks are read once a connection is connected.</p>
    </Nothing>
  );
}

/** Runs with a retry of those that failed. */
export function RunRows({ runs }: { runs: readonly OpsRun[] }) {
  return (
    <Rows
      caption="Runs"
      columns={[
        { label: 'Job' },
        { label: 'State' },
        { label: 'Connection' },
        { label: 'Details' },
        { label: 'Read', isFigure: true },
        { label: 'Started' },
        { label: 'Took' },
      ]}
      rows={runs.map((run) => ({
        key: run.id,
        cells: [
          <>
            {JOB_WORDS[run.job]}
            <Second>{TRIGGER_WORDS[run.trigger]}</Second>
          </>,
          <StateBadge key="state" look={RUN_LOOKS[run.status]} />,
          <>
            <Link to="/connections/$id" params={{ id: run.connection.id }}>
              {run.connection.name}
            </Link>
            <Second>{run.app}</Second>
          </>,
          <>
            <DetailsText text={run.details || '–'} />
            <RetryRun run={run} />
          </>,
          progressOf(run),
          <Ago key="started" at={run.startedAt ?? run.createdAt} />,
          tookOf(run),
        ],
      }))}
    />
  );
}

function RetryRun({ run }: { run: OpsRun }) {
  const { csrfToken } = useSession();
  const mayRetry = useMayActAs('operator');
  const retry = useMutation({
    mutationFn: () => retryRun(run.id, csrfToken),
    onSettled: refreshOperations,
  });
  if (run.status !== 'failed' || !mayRetry) return null;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={retry.isPending}
        disabled={retry.isSuccess}
        onClick={() => retry.mutate()}
      >
        {retry.isSuccess ? 'Started anew' : 'Start anew'}
      </Button>
      {retry.error !== null && <Second>{retry.error.message}</Second>}
    </>
  );
}

function progressOf({ progress: { done, of } }: OpsRun): string {
  const shown = groupedAmount(String(done));
  return of === null ? shown : `${shown} of ${groupedAmount(String(of))}`;
}

function tookOf({ startedAt, endedAt }: OpsRun): string {
  if (startedAt === null || endedAt === null) return '–';
  return shortDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
}

function Filters() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/runs' });
  const set = (change: Search) =>
    void navigate({ search: (before) => ({ ...before, ...change, after: undefined }) });
  return (
    <Tools>
      <NativeSelect
        aria-label="What was pulled"
        value={search.job ?? ''}
        onChange={(event) => set({ job: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'All jobs' },
          ...Object.entries(JOB_WORDS).map(([value, label]) => ({ value, label })),
        ]}
      />
      <NativeSelect
        aria-label="State of the run"
        value={search.status ?? ''}
        onChange={(event) => set({ status: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'All states' },
          ...Object.entries(RUN_LOOKS).map(([value, { label }]) => ({ value, label })),
        ]}
      />
      <NativeSelect
        aria-label="What started it"
        value={search.trigger ?? ''}
        onChange={(event) => set({ trigger: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'However started' },
          ...Object.entries(TRIGGER_WORDS).map(([value, words]) => ({
            value,
            label: asWords(words),
          })),
        ]}
      />
      <ConnectionFilter value={search.connection} onChange={(connection) => set({ connection })} />
    </Tools>
  );
}

const JOB_WORDS: Record<RunJob, string> = {
  refresh_master_data: 'Refresh master data',
  import_contacts: 'Import contacts',
  import_invoices: 'Import invoices',
  pull_changes: 'Pull changes',
};

const TRIGGER_WORDS: Record<RunTrigger, string> = {
  api: 'by the app',
  schedule: 'by the clock',
  webhook: 'by a webhook',
  person: 'by a person',
};
