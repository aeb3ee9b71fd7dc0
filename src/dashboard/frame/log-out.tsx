import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { logOut, RequestFailed } from '../api/api.js';
import { leaveSession } from '../api/queries.js';
import { useSession } from './session.js';
import styles from './shell.module.css';

/** Ends this login. */
export function LogOut() {
  const { csrfToken } = useSession();
  const logout = useMutation({
    mutationFn: () => logOut(csrfToken),
    onSuccess: leaveSession,
  });
  const refused = logout.error !== null && !isGone(logout.error);
  return (
    <>
      {refused && (
        <span role="alert" className={styles.refused}>
          Logging out failed. Try again.
        </span>
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={logout.isPending}
        onClick={() => logout.mutate()}
      >
        Log out
      </Button>
    </>
  );
}

/** The session had ended before: who wanted to leave has left. */
function isGone(error: Error): boolean {
  return error instanceof RequestFailed && error.status === 401;
}
