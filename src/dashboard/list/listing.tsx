import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failure } from '../frame/failure.js';
import styles from './listing.module.css';

interface ListingProps<Data> {
  /** What it is, in the middle of a sentence: `the connections`. */
  what: string;
  query: {
    data: Data | undefined;
    error: Error | null;
    isPlaceholderData: boolean;
    refetch: () => unknown;
  };
  children: (data: Data) => ReactNode;
}

/** What was read, or that it is on its way, or why it did not come; what was there before stays. */
export function Listing<Data>({ what, query, children }: ListingProps<Data>) {
  const { data, error } = query;
  return (
    <>
      {error !== null && (
        <Failure
          title={
            data === undefined
              ? `There was no way to read ${what}`
              : `There was no way to read ${what} again; this is an earlier state`
          }
          error={error}
        >
          <Button size="xs" onClick={() => query.refetch()}>
            Load again
          </Button>
        </Failure>
      )}
      {data !== undefined ? (
        <div aria-busy={query.isPlaceholderData}>{children(data)}</div>
      ) : (
        error === null && (
          <div role="status" aria-label={`Loading ${what}`} className={styles.loading}>
            <Skeleton height={44} radius={8} />
            <Skeleton height={44} radius={8} />
            <Skeleton height={44} radius={8} />
          </div>
        )
      )}
    </>
  );
}

/** Says that there is nothing, and why that may be so. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.nothing} role="status">
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}

/** Title and what stands beside it, above every page of this kind. */
export function PageHead({ children }: { children: ReactNode }) {
  return <div className={styles.head}>{children}</div>;
}

/** Filters of a list. */
export function Tools({ children }: { children: ReactNode }) {
  return <search className={styles.tools}>{children}</search>;
}
