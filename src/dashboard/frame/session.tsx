import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { OpsSession, Role } from '../../contract/ops.js';
import { sessionQuery } from '../api/queries.js';
import { LoginPage } from '../pages/login.js';
import { Failure } from './failure.js';
import styles from './session.module.css';

const SessionContext = createContext<OpsSession | undefined>(undefined);

/** Who is logged in; only below SessionGate. */
export function useSession(): OpsSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionGate above it.');
  return session;
}

/** Whether the person may change anything; a viewer only looks. */
export function useMayRetry(): boolean {
  return useSession().role !== 'viewer';
}

const RANK: Record<Role, number> = { viewer: 0, operator: 1, support: 2, admin: 3 };

/** Whether the person may do what needs this role; the server decides it again. */
export function useMayActAs(needed: Role): boolean {
  return RANK[useSession().role] >= RANK[needed];
}

/**
 * Shows its children to who is logged in, and the login to everyone else. The address stays, so
 * after a login the person is where he was, also when the session ended in between.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data, error, isFetching, refetch } = useQuery(sessionQuery);
  if (data?.session) return <SessionContext value={data.session}>{children}</SessionContext>;
  if (data !== undefined) return <LoginPage why={data.why} />;
  return (
    <main className={styles.center}>
      {error === null ? (
        <Loader size="sm" aria-label="Loading" />
      ) : (
        <Failure title="The dashboard cannot be opened" error={error}>
          <Button size="xs" loading={isFetching} onClick={() => refetch()}>
            Load again
          </Button>
        </Failure>
      )}
    </main>
  );
}
