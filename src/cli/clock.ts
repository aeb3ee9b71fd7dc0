/** How often a test clock is asked, in milliseconds. */
const ASK_EVERY_MS = 100;

/** Business time of this process. */
export interface BusinessClock {
  now(): Date;
  close(): void;
}

/** The machine's clock. */
export const machineClock: BusinessClock = { now: () => new Date(), close: () => undefined };

/**
 * Business time told by another program (the simulator's `/control/clock`, answering `{now}`), so
 * that a test can move it. Between two answers time runs on as this machine's does.
 */
export async function openTestClock(url: string): Promise<BusinessClock> {
  let offsetMs = 0;
  const ask = async () => {
    const answer = (await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).json()) as {
      now: string;
    };
    offsetMs = Date.parse(answer.now) - Date.now();
  };
  await ask();
  let closed = false;
  let timer: NodeJS.Timeout;
  // One after the other: an answer that comes behind a newer one would set the clock back.
  const askLater = () => {
    timer = setTimeout(async () => {
      await ask().catch(() => undefined);
      if (!closed) askLater();
    }, ASK_EVERY_MS).unref();
  };
  askLater();
  return {
    now: () => new Date(Date.now() + offsetMs),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
