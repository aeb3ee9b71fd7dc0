import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OwnSession } from '../../contract/people.js';
import { refreshOperations } from '../api/operations-queries.js';
import { endOwnSession, endOwnSessions } from '../api/people-api.js';
import { ownSessionsQuery } from '../api/people-queries.js';
import { leaveSession } from '../api/queries.js';
import { asWords } from '../document/format.js';
import { Failure } from '../frame/failure.js';
import { PageTitle } from '../frame/page-title.js';
import { Facts, Panel } from '../frame/panel.js';
import { useSession } from '../frame/session.js';
import { Ago } from '../frame/times.js';
import { Listing, PageHead } from '../list/listing.js';
import { Rows, Second } from '../list/rows.js';
import { NewPassword } from '../people/new-password.js';
import { ROLE_WORDS } from '../people/roles.js';
import styles from './account.module.css';

/** One's own account: who one is here, where one is logged in, and the password. */
export function AccountPage() {
  const { email, role, signsInBy } = useSession();
  return (
    <>
      <PageHead>
        <PageTitle tab="Account">Account</PageTitle>
      </PageHead>
      <div className={styles.panels}>
        <Panel title="You">
          <Facts
            facts={[
              { name: 'Email', value: email },
              { name: 'Role', value: `${asWords(role)}: ${ROLE_WORDS[role]}` },
              {
                name: 'Logs in by',
                value: signsInBy.map((way) => asWords(way).toLowerCase()).join(', '),
              },
            ]}
          />
        </Panel>
        <Sessions />
        {signsInBy.includes('password') && <Password />}
      </div>
    </>
  );
}

function Sessions() {
  const { csrfToken } = useSession();
  const query = useQuery(ownSessionsQuery);
  const end = useMutation({
    mutationFn: async (which: EndedSessions) => {
      if (which === 'all' || which === 'others')
        await endOwnSessions(which === 'others', csrfToken);
      else await endOwnSession(which.only, csrfToken);
    },
    onSuccess: (_, which) => (which === 'all' ? leaveSession() : undefined),
    onSettled: (_, __, which) => (which === 'all' ? undefined : refreshOperations()),
  });
  const isPending = (which: EndedSessions) => end.isPending && end.variables === which;
  return (
    <Panel title="Where you are logged in">
      <Listing what="your logins" query={query}>
        {({ sessions }) => (
          <>
            <SessionRows sessions={sessions} onEnd={(only) => end.mutate({ only })} />
            {end.error !== null && <Failure title="That was not possible" error={end.error} />}
            <div className={styles.acts}>
              <Button
                variant="default"
                disabled={sessions.length < 2}
                loading={isPending('others')}
                onClick={() => end.mutate('others')}
              >
                Log out everywhere else
              </Button>
              <Button
                variant="default"
                loading={isPending('all')}
                onClick={() => end.mutate('all')}
              >
                Log out everywhere
              </Button>
            </div>
          </>
        )}
      </Listing>
    </Panel>
  );
}

type EndedSessions = 'all' | 'others' | { only: string };

interface SessionRowsProps {
  sessions: readonly OwnSession[];
  onEnd: (id: string) => void;
}

function SessionRows({ sessions, onEnd }: SessionRowsProps) {
  return (
    <Rows
      caption="Your logins"
      columns={[{ label: 'Browser' }, { label: 'Since' }, { label: 'Last used' }, { label: 'End' }]}
      rows={sessions.map(({ id, browser, startedAt, lastSeenAt, isThis }) => ({
        key: id,
        cells: [
          <>
            {browser ?? 'Not known'}
            {isThis && <Second>this one</Second>}
          </>,
          <Ago key="since" at={startedAt} />,
          <Ago key="used" at={lastSeenAt} />,
          isThis ? (
            '–'
          ) : (
            <Button
              key="end"
              size="compact-sm"
              variant="default"
              aria-label={`Log out ${browser ?? 'the browser that is not known'}`}
              onClick={() => onEnd(id)}
            >
              Log out
            </Button>
          ),
        ],
      }))}
    />
  );
}

function Password() {
  const [isChanged, setChanged] = useState(false);
  return (
    <Panel title="Password">
      <div className={styles.form}>
        <NewPassword
          asksCurrent
          onChanged={() => {
            setChanged(true);
            void refreshOperations();
          }}
        />
        {isChanged && (
          <p role="status">
            Your password is another one from here on; every other login has ended.
          </p>
        )}
      </div>
    </Panel>
  );
}
