import { blockDue } from '../ledger/pushes/ahead.js';
import type { EndedItem } from '../ledger/pushes/ending.js';
import { dueItems, loadedItems } from '../ledger/pushes/load.js';
import { isLetThrough } from './gates.js';
import { matchMentioned } from './match.js';
import { waitForOthers } from './needed.js';
import { newSendingItem, type Sending, type SendingItem, unbegun } from './sending.js';

/** Documents looked at together: the work of a sending grows with the square of its items. */
const LOOKED_AT = 300;
/** Looks of one call; the next push that finds a name missing goes on. */
const LOOKS_MAX = 10;
/** Where fewer of them lack a name, their own pushes find out at no great cost. */
const LACKING_MIN = 0.5;
/** Where fewer names are lacking, one batch has them all soon, and the rest finds them there. */
const NAMES_MIN = 10;

/**
 * Whether looking ahead is worth it: a backlog goes in batches, and documents of this one wait for
 * names now.
 */
export function lacksNames({ push, ended }: Sending): boolean {
  return push.batch && ended.some(waitsForName);
}

/**
 * Asks for the names that documents lack which are due next, so that names go in full batches, and
 * lets these wait for them: each is taken once then, when all it needs is there. Taken as they come,
 * nearly all documents for new customers went the way of a push twice.
 *
 * Only what is new goes this way, and only matching: whatever else may become of a document is said
 * by its own push. It may be done twice at once, and may end anywhere.
 *
 * @param onAsked called where names were asked for and more is looked at: they can be sent meanwhile
 */
export async function askAhead(
  sending: Sending,
  signal: AbortSignal,
  onAsked: () => Promise<unknown>,
): Promise<void> {
  for (let look = 0; look < LOOKS_MAX && !signal.aborted; look += 1) {
    const { ledger } = sending.tools;
    const rows = await dueItems(ledger, sending.push, LOOKED_AT);
    const fresh = rows.filter((row) => row.status === 'queued' && !row.inDoubt && !row.alone);
    const items = loadedItems(ledger, fresh)
      .filter(({ link, syncedRevision, withdrawal }) => {
        return link === null && syncedRevision === 0 && withdrawal === null;
      })
      .map(newSendingItem);
    const found = await lackingNames(sending, items, signal);
    const waiting = await blockDue(ledger, found);
    const names = new Set(found.map(({ ending }) => 'by' in ending && ending.by));
    if (waiting < LOOKED_AT * LACKING_MIN || names.size < NAMES_MIN) return;
    await onAsked();
  }
}

async function lackingNames(
  sending: Sending,
  items: SendingItem[],
  signal: AbortSignal,
): Promise<EndedItem[]> {
  const ahead: Sending = {
    ...sending,
    ...unbegun(items),
    signal,
    mayStillSend: () => false,
  };
  ahead.open = items.filter((item) => isLetThrough(ahead, item));
  await waitForOthers(ahead);
  ahead.ended = [];
  await matchMentioned(ahead);
  return ahead.ended.filter(waitsForName);
}

function waitsForName({ ending }: EndedItem): boolean {
  return (
    ending.kind === 'blocked' &&
    ending.by !== null &&
    ending.reason.name === 'blocked_by' &&
    NAMES.has(String(ending.reason.params.kind))
  );
}

const NAMES: ReadonlySet<string> = new Set(['customer', 'vendor', 'item']);
