import { readMark } from './provenance.js';
import { heldText } from './same-form.js';

/**
 * Whether a candidate is the form that was sent when no answer came back. The mark decides where both
 * have one: it is unique to a document. Without it the transaction must be the same; that is `same`
 * only where no mark was sent and the number is known, else `maybe`, which a person decides. So is one
 * that says otherwise and came since then: a person may have changed or voided it before we looked.
 *
 * @param o.isChanged it may be that, see `mayBeChanged`
 */
export function judgeCandidate(o: {
  note: string | undefined;
  mark: string | null;
  isSame: boolean;
  isChanged: boolean;
  number: string | undefined;
}): 'same' | 'different' | 'maybe' {
  const found = readMark(o.note);
  if (found !== null) return found === o.mark ? 'same' : 'different';
  if (!o.isSame) return o.isChanged ? 'maybe' : 'different';
  return o.mark === null && o.number !== undefined ? 'same' : 'maybe';
}

/** What of a stored transaction tells that somebody may have changed it since it was sent. */
interface Changeable {
  TotalAmt?: number | undefined;
  PrivateNote?: string | undefined;
  MetaData?: { CreateTime?: string | undefined } | undefined;
}

/**
 * Whether a candidate of the same customer or supplier may be what was sent, though it says something
 * else now: it was created since, and has the number that was given, or none was and it is voided.
 * Where it is not known since when, nothing may be.
 */
export function mayBeChanged(
  candidate: Changeable,
  o: { since: Date | null; stored: string | undefined; sent: string | undefined },
): boolean {
  const { CreateTime: created } = candidate.MetaData ?? {};
  if (o.since === null || created === undefined || new Date(created) < o.since) return false;
  return o.sent === undefined ? isVoided(candidate) : heldText(o.stored, o.sent);
}

/** Amounts are zero then, and the note begins with "Voided" (reference page of Invoice). */
export function isVoided(stored: { TotalAmt?: unknown; PrivateNote?: unknown }): boolean {
  const { TotalAmt, PrivateNote } = stored;
  return TotalAmt === 0 && typeof PrivateNote === 'string' && /^voided/i.test(PrivateNote);
}
