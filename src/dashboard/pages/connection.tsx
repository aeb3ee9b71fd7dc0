import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { OpsConnection } from '../../contract/ops-connections.js';
import type { RecordType } from '../../contract/run.js';
import { connectionQuery, runsQuery } from '../api/operations-queries.js';
import { ConnectionActs } from '../connection/connection-acts.js';
import { Hold } from '../connection/hold.js';
import { listWords } from '../connection/list-words.js';
import { asWords, counted, groupedAmount, shortDuration } from '../document/format.js';
import { connectionLook, StateBadge } from '../document/state-badge.js';
import { CountLink } from '../frame/count-link.js';
import { Fold } from '../frame/fold.js';
import { Icon } from '../frame/icons.js';
import { PageTitle } from '../frame/page-title.js';
import { Facts, Panel } from '../frame/panel.js';
import { Ago, DaysLeft } from '../frame/times.js';
import { Listing, PageHead } from '../list/listing.js';
import { Rows } from '../list/rows.js';
import styles from './connection.module.css';
import { RunRows } from './runs.js';

const route = getRouteApi('/connections/$id');
const Records = lazy(async () => ({ default: (await import('../connection/records.js')).Records }));
const Settings = lazy(async () => ({
  default: (await import('../connection/settings.js')).Settings,
}));
const RUNS_SHOWN = 5;

/** One customer account: how it does, what QuickBooks says of its company, lists, settings, runs. */
export function ConnectionPage() {
  const { id } = route.useParams();
  const query = useQuery(connectionQuery(id));
  return (
    <>
      <Link to="/connections" className={styles.back}>
        <Icon name="back" size={14} />
        Connections
      </Link>
      <Listing what="the connection" query={query}>
        {(connection) => <Connection key={connection.id} connection={connection} />}
      </Listing>
    </>
  );
}

function Connection({ connection }: { connection: OpsConnection }) {
  const runs = useQuery(runsQuery({ connection: connection.id, limit: String(RUNS_SHOWN) }));
  return (
    <>
      <PageHead>
        <div className={styles.name}>
          <PageTitle>{connection.name}</PageTitle>
          <StateBadge look={connectionLook(connection)} />
        </div>
        <ConnectionActs connection={connection} />
      </PageHead>
      <div className={styles.columns}>
        <Health connection={connection} />
        <Company connection={connection} />
      </div>
      <Hold connection={connection} />
      <Lists connection={connection} />
      <Panel title="Last runs">
        <Listing what="the runs" query={runs}>
          {({ runs, after }) =>
            runs.length === 0 ? (
              <p className={styles.none}>Nothing was pulled yet.</p>
            ) : (
              <>
                <RunRows runs={runs} />
                {after !== null && (
                  <p className={styles.more}>
                    <Link to="/runs" search={{ connection: connection.id }}>
                      All its runs
                    </Link>
                  </p>
                )}
              </>
            )
          }
        </Listing>
      </Panel>
      <Panel title={`Settings, version ${connection.settingsVersion}`}>
        <Suspense fallback={null}>
          <Settings connection={connection} />
        </Suspense>
      </Panel>
    </>
  );
}

interface ConnectionProps {
  connection: OpsConnection;
}

function Health({ connection: { id, health, traffic, setupMissing } }: ConnectionProps) {
  const { failed, open, countMax } = health;
  return (
    <Panel title="How it does">
      <Facts
        facts={[
          {
            name: 'Failed',
            value: <CountLink count={failed} max={countMax} connection={id} failed />,
          },
          { name: 'Under way', value: <CountLink count={open} max={countMax} connection={id} /> },
          { name: 'Oldest', value: health.oldestOpenSince && <Ago at={health.oldestOpenSince} /> },
          { name: 'Last written', value: <Ago at={health.lastSuccessAt} /> },
          { name: 'Token', value: <DaysLeft at={health.tokenExpiresAt} /> },
          {
            name: 'Throttled',
            value: health.pausedUntil && `by QuickBooks, goes on ${untilOf(health.pausedUntil)}`,
          },
          { name: 'Missing', value: setupMissing.map(asWords).join(', ') },
          { name: 'Calls now', value: traffic && callsNow(traffic) },
          { name: 'Open pushes', value: traffic && String(traffic.openPushes) },
        ]}
      />
    </Panel>
  );
}

/** A lane has no slots before the first call of a process made them. */
function callsNow({ inFlight, slots }: NonNullable<OpsConnection['traffic']>): string {
  if (slots === 0) return 'none yet';
  return inFlight === 0 ? `none, ${slots} at once at most` : `${inFlight} of ${slots} at once`;
}

const untilOf = (at: string) => `in ${shortDuration((Date.parse(at) - Date.now()) / 1_000)}`;

function Company({ connection }: ConnectionProps) {
  const { company, traffic, app, profile, externalId, readsThisMonth } = connection;
  return (
    <Panel title="Account and company">
      <Facts
        facts={[
          { name: 'App', value: app.name },
          { name: "App's id", value: externalId },
          { name: 'Profile', value: profile },
          { name: 'Company', value: company && (company.name ?? 'Not read yet') },
          { name: 'Country', value: company?.country },
          { name: 'Currency', value: company?.currency },
          { name: 'Books closed', value: traffic?.bookCloseDate },
          {
            name: 'Shared by',
            value:
              traffic !== null && traffic.connections > 1
                ? `${traffic.connections} connections`
                : null,
          },
          {
            name: 'Webhooks',
            value:
              traffic &&
              (traffic.webhookAt === null ? 'none has come' : <Ago at={traffic.webhookAt} />),
          },
          {
            name: 'Changes read',
            value:
              traffic &&
              (traffic.changesSince === null ? 'never yet' : <Ago at={traffic.changesSince} />),
          },
          { name: 'Reads', value: `${groupedAmount(String(readsThisMonth))} this month` },
        ]}
      />
    </Panel>
  );
}

function Lists({ connection: { id, lists } }: ConnectionProps) {
  const [shown, setShown] = useState<RecordType | null>(null);
  if (lists.length === 0) return null;
  return (
    <Panel title="Lists of QuickBooks">
      <Fold title={counted(lists.length, 'list')} note={hiddenText(lists)}>
        <Rows
          caption="Lists"
          columns={[
            { label: 'List' },
            { label: 'Active', isFigure: true },
            { label: 'Hidden', isFigure: true },
            { label: 'Read' },
          ]}
          rows={lists.map(({ type, records, hidden, refreshedAt, stale }) => ({
            key: type,
            cells: [
              <Button
                key="show"
                size="compact-sm"
                variant="subtle"
                classNames={{ root: styles.list, label: styles.listName }}
                aria-expanded={shown === type}
                onClick={() => setShown(shown === type ? null : type)}
              >
                {listWords(type)}
              </Button>,
              groupedAmount(String(records)),
              groupedAmount(String(hidden)),
              <>
                <Ago at={refreshedAt} />
                {stale && ', the last refresh failed'}
              </>,
            ],
          }))}
        />
      </Fold>
      {shown !== null && (
        <Suspense fallback={null}>
          <Records key={shown} connection={id} type={shown} />
        </Suspense>
      )}
    </Panel>
  );
}

function hiddenText(lists: OpsConnection['lists']): string | undefined {
  const hidden = lists.reduce((sum, list) => sum + list.hidden, 0);
  return hidden === 0 ? undefined : `${groupedAmount(String(hidden))} hidden`;
}
