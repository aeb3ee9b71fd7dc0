import { AsyncLocalStorage } from 'node:async_hooks';

/** What a dead thread's transaction is ended with; nobody outside of it ever sees this. */
export class Killed extends Error {
  override name = 'Killed';
}

/** A wait without an end: what a process that was killed never comes back from. */
export const never = (): Promise<never> => new Promise(() => undefined);

/**
 * One flow of execution under the scheduler's control: a worker's push, a sweep, a request of the
 * app. It either computes, stands at a gate, has an operation under way, or is over.
 */
export class Thread {
  /** Gates it stands at. */
  parked = 0;
  /** Statements and calls of it that are under way. */
  executing = 0;
  /** The gate it stood at last, for messages. */
  last = '';
  /** The database was seen to let its statement wait. */
  waitsForLock = false;
  /** What it waits for is another thread's to bring about: a dispatch that both have asked for. */
  waitsForOther = false;
  over = false;
  /** It works on a push. */
  readonly isPush: boolean;
  /** Of a call on its way: who made it. */
  readonly sentBy: Thread | undefined;
  #frozen = false;
  #thaw: (() => void)[] = [];
  #killed = false;
  /** The thread this one works beside, as a renewal does: when it ends nobody is told. */
  readonly beside: Thread | undefined;
  /** Nobody is told when it ends: it stands still wherever nothing of it is under way. */
  readonly endless: boolean;
  #endings: ((why: Killed) => void)[] = [];

  constructor(
    readonly name: string,
    options: { beside?: Thread; endless?: boolean; isPush?: boolean; sentBy?: Thread } = {},
  ) {
    this.beside = options.beside;
    this.isPush = options.isPush ?? false;
    this.sentBy = options.sentBy;
    this.endless = options.endless ?? options.beside !== undefined;
  }

  get dead(): boolean {
    return this.#killed || this.beside?.dead === true;
  }

  get lives(): boolean {
    return !this.dead && !this.over;
  }

  /** Its process is stopped: it computes nothing until that goes on. */
  get frozen(): boolean {
    return this.#frozen || this.beside?.frozen === true;
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const goOn of this.#thaw) goOn();
    this.#thaw = [];
  }

  untilThawed(): Promise<void> {
    if (this.beside !== undefined && !this.#frozen) return this.beside.untilThawed();
    if (!this.#frozen) return Promise.resolve();
    return new Promise((resolve) => this.#thaw.push(resolve));
  }

  park(): void {
    this.parked += 1;
    this.waitsForOther = false;
  }

  kill(): void {
    if (!this.lives) return;
    this.#killed = true;
    for (const end of this.#endings) end(new Killed());
    this.#endings = [];
  }

  /** Work inside a transaction: it fails at once where the thread is killed, and is rolled back. */
  async untilKilled<T>(work: Promise<T>): Promise<T> {
    let end: (why: Killed) => void = () => undefined;
    const killed = new Promise<never>((_, reject) => {
      end = reject;
    });
    killed.catch(() => undefined);
    this.#endings.push(end);
    try {
      return await Promise.race([work, killed]);
    } finally {
      this.#endings = this.#endings.filter((one) => one !== end);
    }
  }
}

const storage = new AsyncLocalStorage<Thread>();

/** The thread that runs the current code; undefined in the test's own. */
export const currentThread = (): Thread | undefined => storage.getStore();

export const runAs = <T>(thread: Thread, work: () => T): T => storage.run(thread, work);
