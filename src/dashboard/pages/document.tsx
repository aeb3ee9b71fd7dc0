import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { OpsDocument } from '../../contract/ops.js';
import { RequestFailed } from '../api/api.js';
import { documentQuery } from '../api/queries.js';
import { CorrectDocument } from '../document/correct-document.js';
import { DocumentActs } from '../document/document-acts.js';
import { DocumentFacts, QuickBooksFacts, ReasonFacts } from '../document/document-facts.js';
import { DocumentState } from '../document/document-state.js';
import { History } from '../document/history.js';
import { RetryDocument } from '../document/retry-document.js';
import { StatusBadge } from '../document/status-badge.js';
import { Failure } from '../frame/failure.js';
import { Freshness } from '../frame/freshness.js';
import { Icon } from '../frame/icons.js';
import { PageTitle } from '../frame/page-title.js';
import { documentName } from '../list/document-link.js';
import styles from './document.module.css';

const Sendings = lazy(async () => ({
  default: (await import('../document/sendings.js')).Sendings,
}));
const route = getRouteApi('/documents/$id');

/** One document: where it stands, why, what QuickBooks holds, and all that happened to it. */
export function DocumentPage() {
  const { id } = route.useParams();
  const query = useQuery(documentQuery(id));
  return (
    <>
      <div className={styles.top}>
        <BackToList />
        {query.data !== undefined && <Freshness query={query} paused={false} />}
      </div>
      {query.error !== null && (
        <DocumentFailure
          error={query.error}
          isStale={query.data !== undefined}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data !== undefined ? (
        <Document key={query.data.id} document={query.data} />
      ) : (
        query.isPending && <DocumentSkeleton />
      )}
    </>
  );
}

function Document({ document }: { document: OpsDocument }) {
  return (
    <>
      <div className={styles.head}>
        <div className={styles.name}>
          <PageTitle tab={documentName(document)}>{documentName(document)}</PageTitle>
          <StatusBadge status={document.status} label={document.label} />
        </div>
        <div className={styles.acts}>
          <RetryDocument document={document} />
          <DocumentActs document={document} />
          <CorrectDocument document={document} />
        </div>
      </div>
      <div className={styles.columns}>
        <div className={styles.state}>
          <DocumentState document={document} />
        </div>
        <div className={styles.side}>
          <QuickBooksFacts document={document} />
          <DocumentFacts document={document} />
          <ReasonFacts document={document} />
        </div>
        <div className={styles.history}>
          <Suspense
            fallback={
              <Skeleton height={120} radius={8} role="status" aria-label="Loading what was sent" />
            }
          >
            <Sendings document={document} />
          </Suspense>
          <History entries={document.history} />
        </div>
      </div>
    </>
  );
}

function BackToList() {
  const list = useRouterState({ select: ({ location }) => location.state.list });
  return (
    <Link
      to="/documents"
      search={list ?? {}}
      activeOptions={{ exact: true }}
      className={styles.back}
    >
      <Icon name="back" size={14} />
      Documents
    </Link>
  );
}

interface DocumentFailureProps {
  error: Error;
  /** An earlier state of the document is still shown. */
  isStale: boolean;
  onRetry: () => void;
}

function DocumentFailure({ error, isStale, onRetry }: DocumentFailureProps) {
  // 422: the address holds something that cannot be a document's id.
  if (error instanceof RequestFailed && (error.status === 404 || error.status === 422)) {
    return (
      <>
        <PageTitle>No such document</PageTitle>
        <p>There is no document at this address, or you may not see it.</p>
      </>
    );
  }
  const title = isStale
    ? 'The document could not be refreshed; this is an earlier state'
    : 'The document cannot be shown';
  return (
    <div className={styles.failure}>
      <Failure title={title} error={error}>
        <Button size="xs" onClick={onRetry}>
          Load again
        </Button>
      </Failure>
    </div>
  );
}

function DocumentSkeleton() {
  return (
    <div role="status" aria-label="Loading the document">
      <Skeleton height={26} width={240} mb={20} />
      <div className={styles.columns}>
        <Skeleton height={96} radius={8} className={styles.state} />
        <div className={styles.side}>
          <Skeleton height={180} radius={8} />
          <Skeleton height={220} radius={8} />
        </div>
        <Skeleton height={260} radius={8} className={styles.history} />
      </div>
    </div>
  );
}
