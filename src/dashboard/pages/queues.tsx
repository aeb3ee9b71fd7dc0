import { useQuery } from '@tanstack/react-query';
import { queueQuery } from '../api/operations-queries.js';
import { PageTitle } from '../frame/page-title.js';
import { useMayActAs } from '../frame/session.js';
import { Listing, Nothing, PageHead } from '../list/listing.js';
import styles from './queues.module.css';

/** The raw queues in Bull Board, for who may act on what they are about. */
export function QueuesPage() {
  const mayLook = useMayActAs('operator');
  return (
    <>
      <PageHead>
        <PageTitle>Queues</PageTitle>
      </PageHead>
      {mayLook ? (
        <Queues />
      ) : (
        <Nothing title="This page is for operators">
          <p>Ask an admin for the role, or look at Live for how much waits.</p>
        </Nothing>
      )}
    </>
  );
}

function Queues() {
  const query = useQuery(queueQuery);
  return (
    <Listing what="where the queues are" query={query}>
      {({ board }) =>
        board === null ? (
          <Nothing title="There are no raw queues to show">
            <p>The queue is in Postgres here; Bull Board shows one that is in Redis.</p>
          </Nothing>
        ) : (
          <>
            <p className={styles.note}>
              Wake-ups with ids alone, for looking at: what is sent, and when, the documents say.
            </p>
            <iframe title="Bull Board" src={board} className={styles.board} />
          </>
        )
      }
    </Listing>
  );
}
