import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { makePageLink } from '../api/operations-api.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';

/** The way to the customer's own page. A link works once, so it is made when it is asked for. */
export function CustomerPageLink({ connection }: { connection: string }) {
  const { csrfToken } = useSession();
  const maySupport = useMayActAs('support');
  const make = useMutation({ mutationFn: () => makePageLink(connection, csrfToken) });
  if (!maySupport) return null;
  if (make.error !== null) return <Failure title="No link was made" error={make.error} />;
  if (make.data === undefined) {
    return (
      <Button size="sm" variant="default" loading={make.isPending} onClick={() => make.mutate()}>
        As the customer sees it
      </Button>
    );
  }
  return (
    <Button
      size="sm"
      component="a"
      href={make.data.url}
      target="_blank"
      rel="noreferrer"
      title="Works once, for five minutes. What is changed there is changed for the customer."
      // The link is used up by then.
      onClick={() => setTimeout(() => make.reset())}
    >
      Open the customer’s page
    </Button>
  );
}
