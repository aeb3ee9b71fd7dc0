import { reason } from '../contract/reasons.js';
import { readFile } from '../ledger/statements/attachment-bytes.js';
import type { WriteRequest } from '../qbo/stores.js';
import { isUpload, readUpload } from '../qbo/upload.js';
import { LEFT_TO_A_PERSON } from './adopt.js';
import { endItem, type Sending } from './sending.js';

/** Files a process holds in memory at once, while it sends them: each may have 25 MB. */
const HELD_MAX = 2;

/** Places for files in the memory of one process. */
export class FilePlaces {
  #free = HELD_MAX;

  /** Answers how to give the place back; undefined where none is free. */
  take(): (() => void) | undefined {
    if (this.#free === 0) return undefined;
    this.#free -= 1;
    return () => {
      this.#free += 1;
    };
  }
}

/**
 * Reads what an upload carries and sends it, as soon as there is room in memory: else the push goes on
 * a moment later, and holds nothing meanwhile. For every other call it only sends.
 */
export async function withFile(
  sending: Sending,
  request: Pick<WriteRequest, 'path' | 'body'>,
  send: (file: Buffer | undefined) => Promise<void>,
): Promise<void> {
  if (!isUpload(request)) return send(undefined);
  const { filePlaces, waits } = sending.tools;
  const giveBack = filePlaces.take();
  if (giveBack === undefined) {
    sending.postponed = { delayMs: waits.filePlaceMs, shown: null };
    return;
  }
  try {
    const file = await fileOf(sending, request);
    if (file === undefined) return withoutBytes(sending);
    await send(file);
  } finally {
    giveBack();
  }
}

async function fileOf(
  { open, tools }: Sending,
  request: Pick<WriteRequest, 'body'>,
): Promise<Buffer | undefined> {
  const { content, size } = readUpload(request);
  const [item] = open;
  if (item === undefined) return undefined;
  const { connection, externalId } = item.loaded;
  return readFile(tools.ledger, { connectionId: connection.id, externalId, content }, size);
}

/** They are kept as long as anything may need them; somebody else has removed them. */
function withoutBytes(sending: Sending): void {
  const rule = 'its bytes are not stored any more; send the file once more';
  const why = reason('invalid_field', { field: 'content', rule });
  for (const item of [...sending.open]) {
    endItem(sending, item, sending.inDoubt ? LEFT_TO_A_PERSON : { kind: 'failed', reason: why });
  }
}
