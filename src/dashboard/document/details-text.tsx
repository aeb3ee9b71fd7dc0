import { Tooltip } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import styles from './details-text.module.css';
import { inOwnTime } from './format.js';

const TOOLTIP_WIDTH_PX = 440;
const TOOLTIP_DELAY_MS = 350;

/** Sync Details in two lines; the whole text under the pointer, or for good after "more". */
export function DetailsText({ text }: { text: string }) {
  // A new text is measured anew.
  return <Clamped key={text} text={inOwnTime(text)} />;
}

function Clamped({ text }: { text: string }) {
  const body = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState(false);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    const element = body.current;
    if (element === null || open) return;
    const measure = () => setCut(element.scrollHeight > element.clientHeight + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [open]);

  return (
    <div className={styles.details}>
      <Tooltip
        label={text}
        multiline
        w={TOOLTIP_WIDTH_PX}
        openDelay={TOOLTIP_DELAY_MS}
        disabled={!cut || open}
        events={{ hover: true, focus: false, touch: false }}
      >
        <div ref={body} className={styles.text} data-open={open || undefined}>
          {text}
        </div>
      </Tooltip>
      {cut && (
        <button
          type="button"
          className={styles.more}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? 'less' : 'more'}
        </button>
      )}
    </div>
  );
}
