import { loggedError } from '../http/log-events.js';
import type { Log } from '../log.js';

/** A started process, and how it ends. */
export interface Running {
  /** Lets what is in flight end, then closes everything. */
  stop(): Promise<void>;
}

/** Closing connections after the grace of in-flight work. */
const CLOSE_MS_MAX = 4_000;

/**
 * Runs until SIGTERM or SIGINT and ends with code 0. Another signal meanwhile changes nothing.
 * What nobody caught ends the process with code 1: its state is unknown, and whoever runs it starts
 * it again.
 *
 * @param start may keep `giveUp` and call it when only a new process helps: then this one ends as it
 *   does on a signal, with code 1
 * @param stopMs longest time in-flight work may take
 */
export async function runUntilStopped(
  log: Log,
  stopMs: number,
  start: (giveUp: () => void) => Promise<Running>,
): Promise<never> {
  let gaveUp = (): void => undefined;
  const asked = new Promise<NodeJS.Signals | null>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
    gaveUp = () => resolve(null);
  });
  endOnCrash(log);
  log.write('process_started', { node: process.version });
  const running = await start(() => gaveUp());
  log.write('process_ready');
  const signal = await asked;
  log.write('process_stopping', { signal });
  setTimeout(() => {
    log.write('process_failed', { what: 'stop', error: { name: 'StopTookTooLong' } });
    process.exit(1);
  }, stopMs + CLOSE_MS_MAX).unref();
  await running.stop();
  log.write('process_stopped');
  process.exit(signal === null ? 1 : 0);
}

/** Logged by name and place: messages may carry what a customer wrote. */
export function endOnCrash(log: Log): void {
  for (const what of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(what, (error: unknown) => {
      const { name, code, stack } = loggedError(error);
      log.write('process_failed', { what, error: { name, code, stack } });
      process.exit(1);
    });
  }
}
