import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CustomerConnection } from '../../contract/customer-page.js';
import { type Acting, act, connectLink, refreshLists, saveSettings } from './customer-api.js';
import { Refusal } from './section.js';
import { changeOf, type Edits, SettingFields } from './setting-fields.js';

interface ButtonsProps {
  acting: Acting;
  connection: CustomerConnection;
  onDone: () => Promise<void>;
}

interface Asked {
  /** What it leads to. */
  meaning: string;
  yes: string;
  no: string;
  isGrave: boolean;
}

/** What is asked before it is done. */
const QUESTIONS: Readonly<Record<string, Asked>> = {
  disconnect: {
    meaning:
      'Nothing more is sent to QuickBooks. What is there stays there, and you can connect again at any time.',
    yes: 'Yes, disconnect',
    no: 'Keep connected',
    isGrave: true,
  },
  connect_other: {
    meaning:
      'On Intuit’s page you choose the other company. Your account begins afresh with it: what was sent to this company stays here, and none of it is sent to the other one. If you choose this company again, everything goes on as before.',
    yes: 'Choose a company',
    no: 'Cancel',
    isGrave: false,
  },
};

/** The buttons of the state, under the app's own labels. */
export function Buttons({ acting, connection, onDone }: ButtonsProps) {
  const [edits, setEdits] = useState<Edits>(new Map());
  const [asked, setAsked] = useState<string | null>(null);
  const isNew = connection.status === 'new';
  const press = useMutation({
    mutationFn: async (action: string) => {
      if (action === 'force_sync') return refreshLists(acting);
      if (action === 'disconnect') return act(acting, 'disconnect');
      if (action === 'request_access') return act(acting, 'request-access');
      if (edits.size > 0) await saveSettings(acting, changeOf(edits));
      const { connectUrl } = await connectLink(acting, action === 'connect_other' ? 'any' : 'same');
      // Intuit’s page does not show itself in a frame.
      window.open(connectUrl, '_top');
    },
    onSuccess: () => {
      setAsked(null);
      return onDone();
    },
  });
  const question = asked === null ? undefined : QUESTIONS[asked];
  const isReading = connection.run?.isOpen === true;
  const label = (action: string) =>
    connection.actions.find((one) => one.action === action)?.label ?? '';
  return (
    <>
      {isNew && connection.settings.length > 0 && (
        <SettingFields
          acting={acting}
          settings={connection.settings}
          edits={edits}
          onEdit={setEdits}
        />
      )}
      <div className="buttons">
        {connection.actions.map(({ action, label: words }, index) => (
          <button
            key={action}
            type="button"
            className={index === 0 && !(action in QUESTIONS) ? 'primary' : undefined}
            disabled={press.isPending || (action === 'force_sync' && isReading)}
            onClick={() => (action in QUESTIONS ? setAsked(action) : press.mutate(action))}
          >
            {words}
          </button>
        ))}
      </div>
      {connection.run !== null && <Reading run={connection.run} />}
      {question !== undefined && asked !== null && (
        <Question
          label={label(asked)}
          asked={question}
          isPending={press.isPending}
          onYes={() => press.mutate(asked)}
          onNo={() => setAsked(null)}
        />
      )}
      {press.error !== null && <Refusal title="It did not work" error={press.error} />}
    </>
  );
}

/** How far the reading of lists is, or how the last one ended. */
function Reading({ run }: { run: NonNullable<CustomerConnection['run']> }) {
  const share = run.of === null ? `${run.done}` : `${run.done} of ${run.of}`;
  if (run.isOpen) return <p role="status">Reading lists of QuickBooks: {share} records so far …</p>;
  if (run.status === 'succeeded') return <p role="status">Lists were read: {run.done} records.</p>;
  return <p role="status">Lists were not read. {run.details}</p>;
}

interface QuestionProps {
  label: string;
  asked: Asked;
  isPending: boolean;
  onYes: () => void;
  onNo: () => void;
}

function Question({ label, asked, isPending, onYes, onNo }: QuestionProps) {
  const opened = useRef(false);
  return (
    <dialog
      className="question"
      aria-label={label}
      ref={(dialog) => {
        if (dialog === null || opened.current || dialog.open) return;
        opened.current = true;
        dialog.showModal();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
    >
      <p>{asked.meaning}</p>
      <div className="buttons">
        <button
          type="button"
          className={asked.isGrave ? 'danger' : 'primary'}
          disabled={isPending}
          onClick={onYes}
        >
          {asked.yes}
        </button>
        <button type="button" onClick={onNo}>
          {asked.no}
        </button>
      </div>
    </dialog>
  );
}
