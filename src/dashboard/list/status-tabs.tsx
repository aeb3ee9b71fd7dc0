import { useLinkProps } from '@tanstack/react-router';
import type { OpsDocumentPage } from '../../contract/ops.js';
import type { DocumentStatus } from '../../contract/status.js';
import { groupedAmount } from '../document/format.js';
import { STATUS_LOOKS, STATUS_ORDER } from '../document/statuses.js';
import { Icon } from '../frame/icons.js';
import type { DocumentSearch } from './document-search.js';
import styles from './status-tabs.module.css';

interface StatusTabsProps {
  search: DocumentSearch;
  counts: OpsDocumentPage['counts'] | undefined;
  /** A count of this much means so many or more. */
  countMax: number | undefined;
}

/**
 * One link per status with its count; statuses that are rare show only while they hold something.
 * The counts are of all documents, so they are not shown beside a narrower search.
 */
export function StatusTabs({
  search,
  counts,
  countMax = Number.POSITIVE_INFINITY,
}: StatusTabsProps) {
  const shown = STATUS_ORDER.filter(
    (status) => STATUS_LOOKS[status].tab || search.status === status || (counts?.[status] ?? 0) > 0,
  );
  const shownCounts =
    search.q === undefined && search.kind === undefined && search.filter === undefined
      ? counts
      : undefined;
  const all = shownCounts && Object.values(shownCounts).reduce((sum, count) => sum + count, 0);
  return (
    <nav aria-label="Status" className={styles.tabs}>
      <StatusTab search={search} status={undefined} count={all} countMax={countMax} />
      {shown.map((status) => (
        <StatusTab
          key={status}
          search={search}
          status={status}
          count={shownCounts?.[status]}
          countMax={countMax}
        />
      ))}
    </nav>
  );
}

interface StatusTabProps {
  search: DocumentSearch;
  /** Undefined for all of them. */
  status: DocumentStatus | undefined;
  count: number | undefined;
  countMax: number;
}

/** "10,000+" where there may be more. */
function shownCount(count: number, countMax: number): string {
  return count < countMax ? groupedAmount(String(count)) : `${groupedAmount(String(countMax))}+`;
}

function StatusTab({ search, status, count, countMax }: StatusTabProps) {
  const look = status === undefined ? undefined : STATUS_LOOKS[status];
  const isCurrent = search.status === status;
  const link = useLinkProps({ to: '/documents', search: { ...search, status, after: undefined } });
  return (
    // The router would call "All" current for every status, and none on the pages after the first.
    <a
      {...link}
      className={styles.tab}
      data-current={isCurrent || undefined}
      data-empty={count === 0 || undefined}
      data-tone={look?.tone}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {look !== undefined && <Icon name={look.icon} size={14} />}
      {look?.label ?? 'All'}
      {count !== undefined && <span className={styles.count}>{shownCount(count, countMax)}</span>}
    </a>
  );
}
