import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { OpsDocumentPage, OpsDocumentRow } from '../../contract/ops.js';
import { documentsQuery, refreshLists } from '../api/queries.js';
import { EmptyList } from '../frame/empty-list.js';
import { Failure } from '../frame/failure.js';
import { Freshness } from '../frame/freshness.js';
import { focusPageTitle, PageTitle } from '../frame/page-title.js';
import { useMayRetry } from '../frame/session.js';
import { DocumentFilters } from '../list/document-filters.js';
import { type DocumentSearch, inChipWords, isFiltered } from '../list/document-search.js';
import { DocumentTable, TableSkeleton } from '../list/document-table.js';
import { Pager } from '../list/pager.js';
import { RetryBar } from '../list/retry-bar.js';
import { RetryDialog } from '../list/retry-dialog.js';
import { StatusTabs } from '../list/status-tabs.js';
import styles from './documents.module.css';

const BulkDialog = lazy(async () => ({
  default: (await import('../list/bulk-dialog.js')).BulkDialog,
}));
const route = getRouteApi('/documents');
const NO_ROWS: readonly OpsDocumentRow[] = [];
const NONE: ReadonlySet<string> = new Set();

/** All documents: find, filter, and retry what failed. */
export function DocumentsPage() {
  const search = route.useSearch();
  const mayRetry = useMayRetry();
  const [selected, setSelected] = useState<ReadonlySet<string>>(NONE);
  const [asked, setAsked] = useState<readonly OpsDocumentRow[] | null>(null);
  const isInUse = (page: OpsDocumentPage | undefined) =>
    asked !== null || chosenOf(page, selected).length > 0;
  const query = useQuery(documentsQuery(search, isInUse));
  const rows = query.data?.documents ?? NO_ROWS;
  const isEmpty = rows.length === 0 && !query.data?.after;

  return (
    <>
      <div className={styles.head}>
        <PageTitle tab="Documents">Documents</PageTitle>
        <div className={styles.beside}>
          <a href={exportAddress(search)} download="documents.csv">
            Download as CSV
          </a>
          <Freshness query={query} paused={isInUse(query.data)} />
        </div>
      </div>
      <StatusTabs search={search} counts={query.data?.counts} countMax={query.data?.countMax} />
      <div className={styles.tools}>
        <DocumentFilters search={search} />
        {mayRetry && isFiltered(search) && <BulkAct filter={filterOf(search)} isEmpty={isEmpty} />}
        {mayRetry && (
          <RetryBar
            chosen={chosenOf(query.data, selected)}
            failed={rows.filter((row) => row.status === 'failed' && isRetryable(row))}
            onRetry={setAsked}
            onClear={() => setSelected(NONE)}
          />
        )}
      </div>
      {query.error !== null && (
        <Failure
          title={
            query.data === undefined
              ? 'The documents cannot be shown'
              : 'The list could not be refreshed; it shows an earlier state'
          }
          error={inChipWords(query.error, search)}
        />
      )}
      <List
        page={query.data}
        pending={query.isPending}
        changing={query.isPlaceholderData}
        selected={selected}
        onSelect={mayRetry ? setSelected : undefined}
      />
      <RetryDialog
        documents={asked}
        onClose={(isDone) => {
          setAsked(null);
          if (!isDone) return;
          setSelected(NONE);
          focusPageTitle();
        }}
      />
    </>
  );
}

interface ListProps {
  page: OpsDocumentPage | undefined;
  pending: boolean;
  /** Another page was asked for and has not come yet. */
  changing: boolean;
  selected: ReadonlySet<string>;
  onSelect: ((ids: ReadonlySet<string>) => void) | undefined;
}

function List({ page, pending, changing, selected, onSelect }: ListProps) {
  const search = route.useSearch();
  if (page === undefined) return pending ? <TableSkeleton /> : null;
  return (
    <div className={styles.list} aria-busy={changing} data-changing={changing || undefined}>
      {page.documents.length === 0 ? (
        <EmptyList search={search} />
      ) : (
        <DocumentTable documents={page.documents} selected={selected} onSelect={onSelect} />
      )}
      <Pager search={search} after={page.after} rows={page.documents.length} />
    </div>
  );
}

/** One act on all that match, behind a button. */
function BulkAct({ filter, isEmpty }: { filter: string; isEmpty: boolean }) {
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <>
      <Button
        size="sm"
        variant="default"
        disabled={isEmpty && asked === null}
        onClick={() => setAsked(filter)}
      >
        All that match…
      </Button>
      {asked !== null && (
        <Suspense fallback={null}>
          <BulkDialog
            filter={asked}
            onClose={() => {
              setAsked(null);
              void refreshLists();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** The whole search in the words of the filter language. */
function filterOf({ status, kind, q, filter }: DocumentSearch): string {
  const words = [
    filter,
    status && `status:${status}`,
    kind && `kind:${kind}`,
    q && `"${q.replaceAll('"', '')}"`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function exportAddress({ after: _, ...filter }: DocumentSearch): string {
  return `/ops/documents.csv?${new URLSearchParams({ ...filter })}`;
}

/** Rows that left the page, or can no longer be retried, are not selected any more. */
function chosenOf(page: OpsDocumentPage | undefined, selected: ReadonlySet<string>) {
  return (page?.documents ?? NO_ROWS).filter((row) => selected.has(row.id) && isRetryable(row));
}

function isRetryable(row: OpsDocumentRow): boolean {
  return row.actions.includes('retry');
}
