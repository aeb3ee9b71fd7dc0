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

/** The buttons of the state, under the app's own labels. */
export function Buttons({ acting, connection, onDone }: ButtonsProps) {
  const [edits, setEdits] = useState<Edits>(new Map());
  const [isAsked, setIsAsked] = useState(false);
  const isNew = connection.status === 'new';
  const press = useMutation({
    mutationFn: async (action: string) => {
      if (action === 'force_sync') return refreshLists(acting);
      if (action === 'disconnect') return act(acting, 'disconnect');
      if (action === 'request_access') return act(acting, 'request-access');
      if (edits.size > 0) await saveSettings(acting, changeOf(edits));
      const { connectUrl } = await connectLink(acting);
      // Intuit’s page does not show itself in a frame.
      window.open(connectUrl, '_top');
    },
    onSuccess: () => {
      setIsAsked(false);
      return onDone();
    },
  });
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
            className={index === 0 && action !== 'disconnect' ? 'primary' : undefined}
            disabled={press.isPending || (action === 'force_sync' && isReading)}
            onClick={() => (action === 'disconnect' ? setIsAsked(true) : press.mutate(action))}
          >
            {words}
          </button>
        ))}
      </div>
      {connection.run !== null && <Reading run={connection.run} />}
      {isAsked && (
        <Question
          label={label('disconnect')}
          isPending={press.isPending}
          onYes={() => press.mutate('disconnect')}
          onNo={() => setIsAsked(false)}
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
  isPending: boolean;
  onYes: () => void;
  onNo: () => void;
}

function Question({ label, isPending, onYes, onNo }: QuestionProps) {
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
      <p>
        Nothing more is sent to QuickBooks. What is there stays there, and you can connect again at
        any time.
      </p>
      <div className="buttons">
        <button type="button" className="danger" disabled={isPending} onClick={onYes}>
          Yes, disconnect
        </button>
        <button type="button" onClick={onNo}>
          Keep connected
        </button>
      </div>
    </dialog>
  );
}
