import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectionStatus } from '../../contract/connection.js';
import type { HoldAnswer } from '../../contract/hold.js';
import { endHold, putHold } from '../api/operations-api.js';
import { holdQuery, refreshOperations } from '../api/operations-queries.js';
import { counted, dateTime, worthOf } from '../document/format.js';
import { CONNECTION_LOOKS } from '../document/state-badge.js';
import { Failure } from '../frame/failure.js';
import { Panel } from '../frame/panel.js';
import { useMayActAs, useSession } from '../frame/session.js';
import { Listing } from '../list/listing.js';
import styles from './hold.module.css';

/** From when to when nothing is sent for a connection, and what the end of that lets go. */
export function Hold({ connection: { id, status } }: { connection: Held }) {
  const query = useQuery(holdQuery(id));
  return (
    <Panel title="Hold">
      <Listing what="the hold" query={query}>
        {(hold) => <HoldState connection={id} status={status} answer={hold} />}
      </Listing>
    </Panel>
  );
}

interface Held {
  id: string;
  status: ConnectionStatus;
}

interface HoldProps {
  connection: string;
  answer: HoldAnswer;
}

function HoldState({ connection, status, answer }: HoldProps & { status: ConnectionStatus }) {
  const mayHold = useMayActAs('operator');
  const [asked, setAsked] = useState<'set' | 'end' | null>(null);
  const { hold, documents } = answer;
  const close = () => setAsked(null);
  return (
    <div className={styles.hold}>
      <div role="status">
        <p>{windowInWords(answer, status)}</p>
        {(hold !== null || documents > 0) && <p className={styles.note}>{keptInWords(answer)}</p>}
      </div>
      {mayHold && (
        <div className={styles.acts}>
          <Button size="xs" variant="default" onClick={() => setAsked('set')}>
            {hold === null ? 'Hold…' : 'Change the hold…'}
          </Button>
          {hold !== null && (
            <Button size="xs" variant="default" onClick={() => setAsked('end')}>
              End the hold…
            </Button>
          )}
        </div>
      )}
      {asked === 'set' && <SetDialog connection={connection} answer={answer} onClose={close} />}
      {asked === 'end' && <EndDialog connection={connection} answer={answer} onClose={close} />}
    </div>
  );
}

function windowInWords({ hold, isOn }: HoldAnswer, status: ConnectionStatus): string {
  if (hold === null) {
    return status === 'connected'
      ? 'Nothing is on hold: what is due is sent.'
      : `Nothing is on hold, but nothing is sent now: ${CONNECTION_LOOKS[status].label}.`;
  }
  const { from, to } = hold;
  return isOn
    ? `Nothing is sent until ${dateTime(to)}.`
    : `Nothing will be sent from ${dateTime(from)} until ${dateTime(to)}.`;
}

/** The release as it would be now. */
function keptInWords({ documents, amounts }: HoldAnswer): string {
  if (documents === 0) return 'No document waits for its end yet.';
  return `${counted(documents, 'document')}, worth ${worthOf(amounts)}, ${
    documents === 1 ? 'waits' : 'wait'
  } for its end.`;
}

type DialogProps = HoldProps & { onClose: () => void };

function SetDialog({ connection, answer: { hold }, onClose }: DialogProps) {
  const { csrfToken } = useSession();
  const [from, setFrom] = useState(hold === null ? '' : asInput(hold.from));
  const [to, setTo] = useState(hold === null ? '' : asInput(hold.to));
  const set = useMutation({
    mutationFn: () => {
      const begins = from === '' ? {} : { from: new Date(from).toISOString() };
      return putHold(connection, { ...begins, to: new Date(to).toISOString() }, csrfToken);
    },
    onSuccess: onClose,
    onSettled: refreshOperations,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Hold"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate();
        }}
      >
        <p>
          Nothing is sent in between, as while the books are closed. Documents are taken and wait;
          reading goes on. Times are those of this browser.
        </p>
        <TextInput
          type="datetime-local"
          label="From"
          description="Empty: from now on"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="To"
          required
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        {set.error !== null && <Failure title="It was not accepted" error={set.error} />}
        <div className={styles.answer}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending} disabled={to === ''}>
            Hold
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function EndDialog({ connection, answer, onClose }: DialogProps) {
  const { csrfToken } = useSession();
  const { documents, amounts } = answer;
  const end = useMutation({
    mutationFn: () => endHold(connection, csrfToken),
    onSuccess: onClose,
    onSettled: refreshOperations,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="End the hold?"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <p>
        {documents === 0
          ? 'Nothing waits for it.'
          : `${counted(documents, 'document')}, worth ${worthOf(amounts)}, will be let go.`}
      </p>
      {end.error !== null && <Failure title="That was not possible" error={end.error} />}
      <div className={styles.answer}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button loading={end.isPending} onClick={() => end.mutate()}>
          {documents === 0 ? 'End it' : `End it and let ${counted(documents, 'document')} go`}
        </Button>
      </div>
    </Modal>
  );
}

/** A moment as a field of the browser writes it: its own zone, to the minute. */
function asInput(iso: string): string {
  const at = new Date(iso);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
