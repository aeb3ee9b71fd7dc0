import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { CauseRelease, OpsCauseAnswer } from '../../contract/causes.js';
import { Icon } from '../frame/icons.js';
import { Ago } from '../frame/times.js';
import { documentTitle } from '../list/document-link.js';
import { adviceOf } from './advice.js';
import styles from './cause.module.css';
import { asWords, counted, heldUp, inOwnTime, worthOf } from './format.js';
import { useLookUp } from './look-up.js';
import { type Retried, type RetriedStand, useRetried } from './retried.js';
import { RetryCause } from './retry-cause.js';
import { stopSentences } from './stops.js';

const ACTORS: Record<OpsCauseAnswer['actor'], string> = {
  worker: 'It goes on by itself',
  customer: 'The app’s customer can correct it',
  ops: 'You can correct it',
};

interface CauseProps {
  /** As it is now; undefined where it holds nothing up any more. */
  cause: OpsCauseAnswer | undefined;
  /** What somebody has retried of it on this page. */
  retried: Retried | undefined;
  onRetried: (cause: OpsCauseAnswer, release: CauseRelease) => void;
}

/**
 * What one act fixes: how much it holds up, and the way to try all of that again. Then how that goes,
 * with counts and sums of the moment it was asked for, until all of it has ended.
 */
export function Cause({ cause, retried, onRetried }: CauseProps) {
  const stand = useRetried(retried);
  const hasMore = cause !== undefined && isMoreThan(cause, retried);
  const isOver = stand?.is === 'ended' || (stand?.is === 'solved' && hasMore);
  const shown = retried === undefined || isOver ? (cause ?? retried?.cause) : retried.cause;
  if (shown === undefined) return null;
  return (
    <Card
      cause={shown}
      stand={stand}
      isOpen={stand === undefined || isOver}
      onRetried={(release) => onRetried(shown, release)}
    />
  );
}

/** Whether it holds up something else than what was retried: of other connections, or failed since. */
function isMoreThan(cause: OpsCauseAnswer, retried: Retried | undefined): boolean {
  if (retried === undefined) return true;
  const { bulkAction } = retried.release;
  const wasPart = (bulkAction?.documents ?? 0) < retried.cause.documents;
  return wasPart || cause.lastSeenAt !== retried.cause.lastSeenAt;
}

interface CardProps {
  cause: OpsCauseAnswer;
  stand: RetriedStand | undefined;
  /** Something can be done about it now. */
  isOpen: boolean;
  onRetried: (release: CauseRelease) => void;
}

function Card({ cause, stand, isOpen, onRetried }: CardProps) {
  const { id, details, actor, fixedAt } = cause;
  const lookUp = useLookUp(cause);
  const isSolved = !isOpen && stand?.is === 'solved';
  const looksFixed = isOpen && fixedAt !== null;
  const advice = isOpen ? adviceOf(cause) : null;
  const look = isSolved || looksFixed ? 'green' : isOpen ? 'red' : 'blue';
  return (
    <li className={styles.cause} data-look={look} data-row={`cause-${id}`}>
      <Icon name={look === 'green' ? 'check' : look === 'red' ? 'alert' : 'sync'} size={18} />
      <div className={styles.body}>
        <p className={styles.title}>
          <Title cause={cause} />
          {/* Details that say what to do are no longer true then. */}
          {isSolved && typeof cause.params.name === 'string' && ` “${cause.params.name}”`}
          {looksFixed && <span className={styles.fixed}>Looks fixed</span>}
        </p>
        {!isSolved && <p className={styles.details}>{inOwnTime(details)}</p>}
        {stand !== undefined && (
          <p className={styles.said} role="status">
            {inOwnTime(stand.text)}
          </p>
        )}
        {advice !== null && <p className={styles.advice}>{advice}</p>}
        {isOpen && lookUp.said}
        {isOpen &&
          stopSentences(cause).map((sentence) => (
            <p key={sentence} className={styles.stop}>
              {sentence}
            </p>
          ))}
        <Examples cause={cause} />
        <p className={styles.facts}>
          {isOpen && <>{ACTORS[actor]} · </>}
          <Whose cause={cause} />
          {cause.amounts.length > 0 && ` · ${worthOf(cause.amounts)}`} · first{' '}
          <Ago at={cause.firstSeenAt} />, last <Ago at={cause.lastSeenAt} />
        </p>
      </div>
      {isOpen && (
        <div className={styles.acts}>
          {lookUp.button}
          <RetryCause cause={cause} onRetried={onRetried} />
        </div>
      )}
    </li>
  );
}

function Title({ cause }: { cause: OpsCauseAnswer }) {
  const words = `${heldUp(cause)}: ${asWords(cause.reason)}`;
  if (cause.documents === 0) {
    return (
      <Link to="/runs" search={{ status: 'failed' }}>
        {words}
      </Link>
    );
  }
  return (
    <Link to="/documents" search={{ filter: `cause:${cause.id}` }}>
      {words}
    </Link>
  );
}

/** Its newest documents by their numbers, and how many more there are. */
function Examples({ cause: { id, documents, examples } }: { cause: OpsCauseAnswer }) {
  if (examples.length === 0) return null;
  const more = documents - examples.length;
  return (
    <p className={styles.examples}>
      {examples.map((one, index) => (
        <Fragment key={one.id}>
          {index > 0 && ', '}
          <Link to="/documents/$id" params={{ id: one.id }}>
            {documentTitle({ ...one, party: null })}
          </Link>
        </Fragment>
      ))}
      {more > 0 && (
        <>
          {' '}
          and{' '}
          <Link to="/documents" search={{ filter: `cause:${id}` }}>
            {counted(more, 'more', 'more')}
          </Link>
        </>
      )}
    </p>
  );
}

/** The connection by its name, or how many they are, with the app where the name does not say it. */
function Whose({ cause: { app, connections, connectionName } }: { cause: OpsCauseAnswer }) {
  const [id] = connections;
  if (id === undefined || connectionName === null) {
    return (
      <>
        {app}, {counted(connections.length, 'connection')}
      </>
    );
  }
  return (
    <>
      {!connectionName.startsWith(app) && `${app}, `}
      <Link to="/connections/$id" params={{ id }}>
        {connectionName}
      </Link>
    </>
  );
}
