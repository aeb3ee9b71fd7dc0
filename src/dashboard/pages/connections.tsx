import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { OpsConnectionPage, OpsConnectionRow } from '../../contract/ops-connections.js';
import { connectionsQuery } from '../api/operations-queries.js';
import { CONNECTION_LOOKS, connectionLook, StateBadge } from '../document/state-badge.js';
import { CountLink } from '../frame/count-link.js';
import { Icon } from '../frame/icons.js';
import { PageTitle } from '../frame/page-title.js';
import { Ago, DaysLeft } from '../frame/times.js';
import { Listing, Nothing, PageHead, Tools } from '../list/listing.js';
import { NextPage } from '../list/next-page.js';
import { Rows, Second } from '../list/rows.js';

const route = getRouteApi('/connections');
const TYPING_PAUSE_MS = 300;

/** Every customer account, and how it does. */
export function ConnectionsPage() {
  const search = route.useSearch();
  const query = useQuery(connectionsQuery({ ...search }));
  return (
    <>
      <PageHead>
        <PageTitle tab="Connections">Connections</PageTitle>
      </PageHead>
      <Filters counts={query.data?.counts} />
      <Listing what="the connections" query={query}>
        {({ connections, after }) =>
          connections.length === 0 ? (
            <Nothing title="No connection matches">
              {search.q === undefined && search.status === undefined && (
                <p>They appear here as soon as an app makes one through the API.</p>
              )}
            </Nothing>
          ) : (
            <>
              <Rows
                caption="Connections"
                columns={[
                  { label: 'Name' },
                  { label: 'State' },
                  { label: 'Company' },
                  { label: 'Failed', isFigure: true },
                  { label: 'Under way', isFigure: true },
                  { label: 'Last written' },
                  { label: 'Token' },
                ]}
                rows={connections.map(rowOf)}
              />
              <NextPage to="/connections" search={search} after={after} />
            </>
          )
        }
      </Listing>
    </>
  );
}

function rowOf(connection: OpsConnectionRow) {
  const { id, name, app, company, health } = connection;
  return {
    key: id,
    cells: [
      <>
        <Link to="/connections/$id" params={{ id }}>
          {name}
        </Link>
        <Second>{app.name}</Second>
      </>,
      <StateBadge key="state" look={connectionLook(connection)} />,
      company === null ? (
        '–'
      ) : (
        <>
          {company.name ?? 'Not read yet'}
          <Second>
            {[company.country, company.currency].filter((fact) => fact !== null).join(' · ')}
          </Second>
        </>
      ),
      <CountLink key="failed" count={health.failed} max={health.countMax} connection={id} failed />,
      <CountLink key="open" count={health.open} max={health.countMax} connection={id} />,
      <>
        <Ago at={health.lastSuccessAt} />
        {health.oldestOpenSince !== null && (
          <Second>
            oldest waits for <Ago at={health.oldestOpenSince} bare />
          </Second>
        )}
      </>,
      <DaysLeft key="token" at={health.tokenExpiresAt} />,
    ],
  };
}

function Filters({ counts }: { counts: OpsConnectionPage['counts'] | undefined }) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/connections' });
  const find = useDebouncedCallback((text: string) => {
    const q = text.trim() === '' ? undefined : text.trim();
    void navigate({ search: (before) => ({ ...before, q, after: undefined }), replace: true });
  }, TYPING_PAUSE_MS);
  return (
    <Tools>
      <TextInput
        key={search.q === undefined ? 'none' : 'some'}
        aria-label="Search connections by name"
        placeholder="Name or the app’s id"
        leftSection={<Icon name="search" />}
        defaultValue={search.q ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label="State of the connection"
        value={search.status ?? ''}
        onChange={(event) => {
          const status = event.currentTarget.value || undefined;
          void navigate({ search: (before) => ({ ...before, status, after: undefined }) });
        }}
        data={[
          { value: '', label: 'All states' },
          ...Object.entries(CONNECTION_LOOKS).map(([value, { label }]) => ({
            value,
            label: counts === undefined ? label : `${label} (${counts[value as never] ?? 0})`,
          })),
        ]}
      />
    </Tools>
  );
}
