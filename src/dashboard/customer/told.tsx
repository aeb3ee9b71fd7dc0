import { useInfiniteQuery } from '@tanstack/react-query';
import type { CustomerDocumentPage } from '../../contract/customer-page.js';
import { dateTime, groupedAmount, inOwnTime } from '../document/format.js';
import { documentsQuery } from './customer-api.js';
import { Refusal } from './section.js';

const TONES: Readonly<Record<string, string>> = { failed: 'red', waiting: 'amber' };

/** What waits or failed, newest first, with what to do about it. */
export function Told({ id }: { id: string }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    documentsQuery(id),
  );
  const documents = data?.pages.flatMap((page) => page.documents);
  return (
    <>
      {error !== null && <Refusal title="The list could not be read" error={error} />}
      {documents?.length === 0 && <p>Nothing waits, and nothing failed.</p>}
      <ul className="told">
        {documents?.map((document) => (
          <Row key={`${document.title} ${document.updatedAt}`} document={document} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </button>
      )}
    </>
  );
}

function Row({ document }: { document: CustomerDocumentPage['documents'][number] }) {
  const { title, status, label, details, party, total, currency, updatedAt } = document;
  const amount = total === null ? null : `${groupedAmount(total)} ${currency ?? ''}`.trim();
  return (
    <li>
      <div className="head">
        <strong>{title}</strong>
        <span className="badge" data-tone={TONES[status] ?? 'violet'}>
          {label}
        </span>
      </div>
      <p className="facts">{[party, amount, dateTime(updatedAt)].filter(Boolean).join(' · ')}</p>
      <p>{inOwnTime(details)}</p>
    </li>
  );
}
