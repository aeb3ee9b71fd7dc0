import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpsDocument, Role } from '../../contract/ops.js';
import type { DocumentAction } from '../../contract/status.js';
import { actOnDocument, type DocumentAct } from '../api/operations-api.js';
import { refreshDocument } from '../api/queries.js';
import { Failure } from '../frame/failure.js';
import { useMayActAs, useSession } from '../frame/session.js';
import styles from './cause.module.css';

interface Act {
  act: DocumentAct;
  /** What the document offers; a gate is opened where its reason says so. */
  action: DocumentAction | 'override';
  role: Role;
  name: string;
  /** What it does, asked before it is done. */
  question: string;
}

const ACTS: readonly Act[] = [
  {
    act: 'skip',
    action: 'skip',
    role: 'operator',
    name: 'Skip',
    question: 'Nothing of it is sent until somebody retries it.',
  },
  {
    act: 'look-again',
    action: 'look_again',
    role: 'operator',
    name: 'Look again',
    question:
      'Asks QuickBooks whether this document is there. What surely is it is taken over, what only may be it is left for somebody to link; it is sent only if it is surely not there.',
  },
  {
    act: 'mark-handled',
    action: 'mark_handled',
    role: 'operator',
    name: 'Mark as handled',
    question: 'Somebody took care of it in QuickBooks by hand; it is not sent.',
  },
  {
    act: 'link',
    action: 'link',
    role: 'support',
    name: 'Link',
    question: 'Which object of QuickBooks is it? That one is brought to what the app states.',
  },
  {
    act: 'recreate',
    action: 'recreate',
    role: 'support',
    name: 'Make anew',
    question: 'It is made in QuickBooks a second time.',
  },
];

/** Reasons that are gates, with what opening them is called. */
const GATES: Readonly<Record<string, { gate: 'hold' | 'cut_off'; question: string }>> = {
  held: { gate: 'hold', question: 'Sending is on hold. This one goes now; the others wait on.' },
  before_cut_off: {
    gate: 'cut_off',
    question: 'It is older than what the sync began with. It goes all the same, as the only one.',
  },
};

function overrideOf({ reason }: OpsDocument): Act[] {
  const gate = reason === null ? undefined : GATES[reason];
  if (gate === undefined) return [];
  const { question } = gate;
  return [
    { act: 'override', action: 'override', role: 'support', name: 'Send all the same', question },
  ];
}

/** What else may be done with a document now, each asked before it is done. */
export function DocumentActs({ document }: { document: OpsDocument }) {
  const mayOperate = useMayActAs('operator');
  const maySupport = useMayActAs('support');
  const [asked, setAsked] = useState<Act | null>(null);
  const offered = [
    ...ACTS.filter(({ action }) => document.actions.some((one) => one === action)),
    ...overrideOf(document),
  ].filter(({ role }) => (role === 'support' ? maySupport : mayOperate));
  return (
    <>
      {offered.map((one) => (
        <Button
          key={one.act}
          size="sm"
          variant="default"
          title={one.question}
          onClick={() => setAsked(one)}
        >
          {one.name}
        </Button>
      ))}
      {asked !== null && (
        <ActDialog document={document} asked={asked} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

interface ActDialogProps {
  document: OpsDocument;
  asked: Act;
  onClose: () => void;
}

function ActDialog({ document, asked, onClose }: ActDialogProps) {
  const { csrfToken } = useSession();
  const [recordId, setRecordId] = useState('');
  const act = useMutation({
    mutationFn: () =>
      actOnDocument(document.id, asked.act, bodyOf(document, asked.act, recordId), csrfToken),
    onSuccess: onClose,
    onSettled: () => refreshDocument(document.id),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${asked.name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      {asked.act === 'recreate' && <p>{whyAnew(document)}</p>}
      <p>{asked.question}</p>
      {asked.act === 'link' && (
        <TextInput
          label="QuickBooks’ id of it"
          value={recordId}
          onChange={(event) => setRecordId(event.currentTarget.value.trim())}
        />
      )}
      {act.error !== null && <Failure title="That was not possible" error={act.error} />}
      <div className={styles.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={act.isPending}
          disabled={asked.act === 'link' && recordId === ''}
          onClick={() => act.mutate()}
        >
          {asked.name}
        </Button>
      </div>
    </Modal>
  );
}

/** What became of the first one, as far as that is known. */
function whyAnew({ status, reason, quickbooks }: OpsDocument): string {
  if (status === 'deleted_in_quickbooks') return 'Somebody deleted it in QuickBooks.';
  if (reason === 'voided_in_quickbooks') {
    return `Somebody voided it in QuickBooks${quickbooks === null ? '' : ` (Id ${quickbooks.id})`}, and that one stays there as it is.`;
  }
  return 'What it was linked to is not it, and stays there as it is.';
}

function bodyOf(
  { reason }: OpsDocument,
  act: DocumentAct,
  recordId: string,
): Record<string, unknown> | undefined {
  if (act === 'override') return { gate: GATES[reason ?? '']?.gate };
  if (act === 'link') return { recordId };
  return act === 'recreate' ? { confirm: true } : undefined;
}
