import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CustomerConnection } from '../../contract/customer-page.js';
import { RequestFailed } from '../api/api.js';
import { dateTime } from '../document/format.js';
import { Buttons } from './buttons.js';
import { connectionQuery, documentsQuery } from './customer-api.js';
import { Lists } from './lists.js';
import { Refusal, Section } from './section.js';
import { SettingsForm } from './settings-form.js';
import { Told } from './told.js';

const STATES: Readonly<Record<string, { word: string; tone: string }>> = {
  new: { word: 'Not connected yet', tone: 'gray' },
  locked: { word: 'Locked', tone: 'amber' },
  awaiting_finalization: { word: 'Connected, awaiting finalization', tone: 'amber' },
  setup_incomplete: { word: 'Setup incomplete', tone: 'amber' },
  connected: { word: 'Connected', tone: 'green' },
  paused: { word: 'Paused', tone: 'amber' },
  company_suspended: { word: 'Company suspended', tone: 'red' },
  reconnect_needed: { word: 'Reconnect needed', tone: 'red' },
  disconnected: { word: 'Disconnected', tone: 'gray' },
  disconnected_in_quickbooks: { word: 'Disconnected in QuickBooks', tone: 'red' },
};

/** The page of an app's customer: where their connection stands, and what they may do with it. */
export function ConnectionPage({ connectionId }: { connectionId: string }) {
  const { data, error } = useQuery(connectionQuery(connectionId));
  const isOver = error instanceof RequestFailed && [401, 404].includes(error.status);
  if (isOver) return <Over />;
  return (
    <main className="page">
      <h1>QuickBooks</h1>
      {error !== null && <Refusal title="The page could not be read" error={error} />}
      {data === undefined ? (
        error === null && <p role="status">Loading …</p>
      ) : (
        <Connection id={connectionId} connection={data} />
      )}
    </main>
  );
}

function Over() {
  return (
    <main className="page">
      <h1>This page has ended</h1>
      <p>Go back to your application and open its QuickBooks page again. Nothing was changed.</p>
    </main>
  );
}

function Connection({ id, connection }: { id: string; connection: CustomerConnection }) {
  const client = useQueryClient();
  const acting = { id, csrfToken: connection.csrfToken };
  const onDone = () => client.invalidateQueries();
  const { heldUntil } = connection;
  const isHeld = connection.status === 'connected' && heldUntil !== null;
  const state = isHeld
    ? { word: 'On hold', tone: 'amber' }
    : (STATES[connection.status] ?? { word: connection.status, tone: 'gray' });
  const isNew = connection.status === 'new';
  const hasTold = !isNew && connection.status !== 'locked';
  const documents = useInfiniteQuery({ ...documentsQuery(id), enabled: hasTold });
  const isTold = documents.data?.pages.some((page) => page.documents.length > 0) === true;
  const told = hasTold && (
    <Section title="What waits or failed">
      <Told id={id} />
    </Section>
  );
  return (
    <>
      <Section title={connection.company ?? connection.name}>
        <p>
          <span className="badge" data-tone={state.tone} data-status={connection.status}>
            {state.word}
          </span>
        </p>
        <p>{connection.explained}</p>
        {isHeld && (
          <p>
            Sending is on hold until {dateTime(heldUntil)}. What is stated waits, and goes on by
            itself then.
          </p>
        )}
        {connection.missing.length > 0 && (
          <>
            <p>Still missing:</p>
            <ul>
              {connection.missing.map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
          </>
        )}
        <Buttons acting={acting} connection={connection} onDone={onDone} />
      </Section>
      {isTold && told}
      {!isNew && connection.settings.length > 0 && (
        <Section title="Configuration">
          <SettingsForm acting={acting} settings={connection.settings} onDone={onDone} />
        </Section>
      )}
      {connection.lists.length > 0 && (
        <Section title="Lists of QuickBooks">
          <Lists acting={acting} connection={connection} onDone={onDone} />
        </Section>
      )}
      {!isTold && told}
    </>
  );
}
