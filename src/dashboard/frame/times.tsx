import { dateTime, shortDuration } from '../document/format.js';
import styles from './times.module.css';

const DAY_MS = 86_400_000;
/** Customers are told to connect again while there is time for it. */
const SOON_DAYS = 14;

/** How long ago something was; a dash for never. */
export function Ago({ at, bare = false }: { at: string | null; bare?: boolean }) {
  if (at === null) return <>–</>;
  const seconds = (Date.now() - Date.parse(at)) / 1_000;
  return (
    <time dateTime={at} title={dateTime(at)}>
      {shortDuration(seconds)}
      {!bare && ' ago'}
    </time>
  );
}

/** How many days are left until something ends, and that this is soon. */
export function DaysLeft({ at }: { at: string | null }) {
  if (at === null) return <>–</>;
  const days = Math.floor((Date.parse(at) - Date.now()) / DAY_MS);
  return (
    <time dateTime={at} title={dateTime(at)} className={days < SOON_DAYS ? styles.soon : undefined}>
      {days < 0 ? 'over' : `${days} days left`}
    </time>
  );
}
