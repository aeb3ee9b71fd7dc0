import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Person } from '../../contract/people.js';
import { peopleQuery } from '../api/people-queries.js';
import { asWords, counted } from '../document/format.js';
import { PERSON_LOOKS, StateBadge } from '../document/state-badge.js';
import { ForAdmins } from '../frame/for-admins.js';
import { PageTitle } from '../frame/page-title.js';
import { useSession } from '../frame/session.js';
import { Ago } from '../frame/times.js';
import { Listing, PageHead } from '../list/listing.js';
import { Rows, Second } from '../list/rows.js';
import { InviteDialog } from '../people/invite-dialog.js';
import { PersonDialog } from '../people/person-dialog.js';
import { ROLE_WORDS } from '../people/roles.js';

/** Who uses the dashboard, and as what. */
export function PeoplePage() {
  return (
    <ForAdmins title="People">
      <People />
    </ForAdmins>
  );
}

function People() {
  const query = useQuery(peopleQuery);
  const [asked, setAsked] = useState<string | 'new' | null>(null);
  const close = () => setAsked(null);
  const person = query.data?.people.find(({ id }) => id === asked);
  return (
    <>
      <PageHead>
        <PageTitle tab="People">People</PageTitle>
        <Button onClick={() => setAsked('new')}>Let somebody in…</Button>
      </PageHead>
      <Listing what="the people" query={query}>
        {({ people }) => <PersonRows people={people} onChange={setAsked} />}
      </Listing>
      {asked === 'new' && <InviteDialog onClose={close} />}
      {person !== undefined && <PersonDialog key={person.id} person={person} onClose={close} />}
    </>
  );
}

interface PersonRowsProps {
  people: readonly Person[];
  onChange: (id: string) => void;
}

function PersonRows({ people, onChange }: PersonRowsProps) {
  const { email: own } = useSession();
  return (
    <Rows
      caption="People"
      columns={[
        { label: 'Person' },
        { label: 'State' },
        { label: 'Role' },
        { label: 'Logs in by' },
        { label: 'Logged in' },
        { label: 'Since' },
        { label: 'Change' },
      ]}
      rows={people.map(({ id, email, role, signsInBy, sessions, lastSeenAt, ...person }) => ({
        key: id,
        cells: [
          <>
            <Link to="/audit" search={{ actor: email }}>
              {email}
            </Link>
            {email === own && <Second>you</Second>}
          </>,
          <StateBadge
            key="state"
            look={PERSON_LOOKS[person.disabledAt === null ? 'enabled' : 'disabled']}
          />,
          <>
            {asWords(role)}
            <Second>{ROLE_WORDS[role]}</Second>
          </>,
          signsInBy.map((way) => asWords(way).toLowerCase()).join(', ') || '–',
          sessions === 0 ? (
            '–'
          ) : (
            <>
              {counted(sessions, 'login')}
              <Second>
                last used <Ago at={lastSeenAt} />
              </Second>
            </>
          ),
          <Ago key="since" at={person.createdAt} />,
          <Button
            key="change"
            size="compact-sm"
            variant="default"
            aria-label={`Change ${email}`}
            onClick={() => onChange(id)}
          >
            Change…
          </Button>,
        ],
      }))}
    />
  );
}
