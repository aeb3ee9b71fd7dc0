import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import styles from './shortcuts.module.css';

const KEYS = [
  { key: '/', does: 'Search' },
  { key: 'j', does: 'Next row' },
  { key: 'k', does: 'Row before' },
  { key: 'Enter', does: 'Open the row' },
  { key: 'x', does: 'Select the row' },
  { key: 'r', does: 'Read again' },
  { key: '?', does: 'Show these keys' },
] as const;

/** Keys for people who work through lists: they press what stands on the page already. */
export function Shortcuts() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') setShown(true);
      else if (document.querySelector('[role="dialog"]') === null) act(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Modal
      opened={isShown}
      onClose={() => setShown(false)}
      title="Keys"
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 0 }}
    >
      <dl className={styles.keys}>
        {KEYS.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** Whoever writes means letters. A box that is ticked takes none. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText = target.matches('input:not([type="checkbox"]), textarea, select');
  return isText || target.isContentEditable;
}

function act(event: KeyboardEvent): void {
  const { key } = event;
  if (key === '/') focusOn(document.querySelector('main input:not([type="checkbox"])'));
  else if (key === 'j') focusOn(linkOf(rowAt(1)));
  else if (key === 'k') focusOn(linkOf(rowAt(-1)));
  else if (key === 'x') currentRow()?.querySelector<HTMLElement>('input[type="checkbox"]')?.click();
  else if (key === 'r') document.querySelector<HTMLElement>('[aria-label="Refresh"]')?.click();
  else return;
  event.preventDefault();
}

const ROWS = '[data-document], [data-row]';

function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(ROWS) ?? null;
}

/** The row so many below the one that has the focus; from nowhere the first. */
function rowAt(step: number): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const current = currentRow();
  const index = current === null ? -1 : rows.indexOf(current);
  return rows[index === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, index + step))];
}

const linkOf = (row: HTMLElement | undefined) =>
  row?.querySelector<HTMLElement>('a, button') ?? null;

function focusOn(element: HTMLElement | null): void {
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
}
