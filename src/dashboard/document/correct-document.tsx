import { Button, Modal, Skeleton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { StatedWhole } from '../../contract/correction.js';
import type { OpsDocument } from '../../contract/ops.js';
import { revealStatement } from '../api/operations-api.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';

// Few ever need it: it is no part of what every page loads.
const Correction = lazy(async () => ({ default: (await import('./correction.js')).Correction }));

/** What the app stated is corrected here by support, where it cannot be in the app. */
export function CorrectDocument({ document }: { document: OpsDocument }) {
  const { csrfToken } = useSession();
  const maySupport = useMayActAs('support');
  const [opened, setOpened] = useState<StatedWhole | null>(null);
  const reveal = useMutation({
    mutationFn: () => revealStatement(document.id, csrfToken),
    onSuccess: setOpened,
  });
  if (!maySupport || document.uncorrectable !== null) return null;
  return (
    <>
      <Button
        size="sm"
        variant="default"
        loading={reveal.isPending}
        title="Shows what is wanted whole, which is noted"
        onClick={() => reveal.mutate()}
      >
        Correct
      </Button>
      {reveal.error !== null && <Failure title="It cannot be shown" error={reveal.error} />}
      {opened !== null && (
        <Modal
          opened
          size="xl"
          onClose={() => setOpened(null)}
          title="Correct what the app stated"
          closeButtonProps={{ 'aria-label': 'Close' }}
          transitionProps={{ duration: 0 }}
        >
          <Suspense
            fallback={<Skeleton height={240} role="status" aria-label="Loading the form" />}
          >
            <Correction document={document.id} stated={opened} onDone={() => setOpened(null)} />
          </Suspense>
        </Modal>
      )}
    </>
  );
}
