import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InspectedRequest, InspectedSending, Inspection } from '../../contract/inspection.js';
import type { OpsDocument } from '../../contract/ops.js';
import { revealRequest } from '../api/operations-api.js';
import { inspectionQuery } from '../api/operations-queries.js';
import { Failure } from '../frame/failure.js';
import { Panel } from '../frame/panel.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Listing } from '../list/listing.js';
import { BothSides } from './both-sides.js';
import { asWords, dateTime } from './format.js';
import styles from './sendings.module.css';

/** Everything that was sent for a document, and what is wanted next to what QuickBooks holds. */
export function Sendings({ document }: { document: OpsDocument }) {
  const { id, status, revision, updatedAt } = document;
  const query = useQuery(inspectionQuery(id, `${revision} ${status} ${updatedAt}`));
  return (
    <Listing what="what was sent" query={query}>
      {(found) => (
        <div className={styles.parts}>
          <BothSides inspection={found} />
          <Panel title="Sendings">
            {found.sendings.length === 0 && <p className={styles.none}>Nothing was sent yet.</p>}
            <ol className={styles.sendings} aria-label="Sendings, the newest first">
              {found.sendings.map((sending) => (
                <Sending key={sending.id} document={id} sending={sending} />
              ))}
            </ol>
            <SentWith sentWith={found.sentWith} />
          </Panel>
        </div>
      )}
    </Listing>
  );
}

function Sending({ document, sending }: { document: string; sending: InspectedSending }) {
  const { openedAt, operation, outcome, documents, revision, crashes, requests } = sending;
  return (
    <li className={styles.sending}>
      <p className={styles.head}>
        <strong>{operation === null ? 'Not planned' : asWords(operation)}</strong>
        <span>{outcome === null ? 'under way' : asWords(outcome).toLowerCase()}</span>
        <time dateTime={openedAt}>{dateTime(openedAt)}</time>
      </p>
      <p className={styles.facts}>
        revision {revision}
        {documents > 1 && ` · in a batch of ${documents}`}
        {crashes > 0 && ` · ${crashes} workers died over it`}
      </p>
      {requests.map((request) => (
        <Request key={request.id} document={document} request={request} />
      ))}
    </li>
  );
}

function Request({ document, request }: { document: string; request: InspectedRequest }) {
  const { csrfToken } = useSession();
  const mayReveal = useMayActAs('support');
  const [isOpen, setOpen] = useState(false);
  const reveal = useMutation({
    mutationFn: () => revealRequest(document, request.id, csrfToken),
  });
  const shown = reveal.data ?? request;
  return (
    <div className={styles.request}>
      <p className={styles.facts}>
        {asWords(request.state)}
        {request.answerStatus !== null && ` · HTTP ${request.answerStatus}`}
        {request.tookMs !== null && ` · ${request.tookMs} ms`}
        {request.sends > 1 && ` · sent ${request.sends} times`}
        {request.cause !== null && ` · ${asWords(request.cause).toLowerCase()}`}
        {' · requestid '}
        <code>{request.requestId}</code>
        {request.intuitTid !== null && (
          <>
            {' · intuit_tid '}
            <code>{request.intuitTid}</code>
          </>
        )}
      </p>
      <div className={styles.actions}>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide contents' : 'Show contents'}
        </Button>
        {isOpen && mayReveal && reveal.data === undefined && (
          <Button
            size="compact-sm"
            variant="default"
            loading={reveal.isPending}
            onClick={() => reveal.mutate()}
          >
            Show it whole; this is noted
          </Button>
        )}
      </div>
      {reveal.error !== null && <Failure title="It cannot be shown" error={reveal.error} />}
      {isOpen && (
        <div className={styles.contents}>
          <Content title="Asked" value={shown.body} />
          <Content title="Answered" value={shown.answer} />
        </div>
      )}
    </div>
  );
}

function Content({ title, value }: { title: string; value: unknown }) {
  return (
    <figure className={styles.content}>
      <figcaption>{title}</figcaption>
      {value === null ? (
        <p className={styles.none}>Nothing, or it was forgotten by now.</p>
      ) : (
        <pre>{JSON.stringify(value, null, 2)}</pre>
      )}
    </figure>
  );
}

function SentWith({ sentWith }: { sentWith: Inspection['sentWith'] }) {
  const [isOpen, setOpen] = useState(false);
  if (sentWith === null) return null;
  const { version, changedBy, at, isCurrent, settings } = sentWith;
  return (
    <div className={styles.request}>
      <p className={styles.facts}>
        Sent with settings version {version} of {dateTime(at)} by {changedBy},{' '}
        {isCurrent ? 'still in force' : 'changed since'}
      </p>
      <Button
        size="compact-sm"
        variant="default"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? 'Hide settings' : 'Show settings'}
      </Button>
      {isOpen && <pre className={styles.pre}>{JSON.stringify(settings, null, 2)}</pre>}
    </div>
  );
}
