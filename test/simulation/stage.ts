import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type fc from 'fast-check';
import { currentThread, never, runAs, Thread } from './thread.js';

/** How many statements wait for a lock in the database at this moment. */
export type CountLockWaits = () => Promise<number>;

/** Turns of the event loop without news after which everything is taken to stand still. */
const QUIET_TURNS = 2;
const PATIENCE_MS = 4;
/** Longer than any wait in real time that a thread may do. */
const LONG_MS = 60;
const BREATH_MS = 4;
/** Longest real time one step may take: a machine under load, or a deadlock that is being found. */
const STUCK_MS = 25_000;

/**
 * Where threads meet: every statement and every call of every thread stands at a gate until the
 * scheduler opens it, and the next gate is opened when all threads stand still again. So the order
 * of all that happens is the scheduler's alone.
 */
export class Stage {
  /** Gates opened so far. */
  steps = 0;
  /** Times threads waited for each other's locks in a circle. */
  circles = 0;

  readonly #threads = new Set<Thread>();
  /**
   * Statements under way by connection, those of killed threads included: the database may still run
   * them. Those of one transaction wait for each other.
   */
  readonly #statements = new Map<object, number>();
  /** Calls that QuickBooks works on. */
  #calls = 0;
  #wake: (() => void) | undefined;

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly countLockWaits: CountLockWaits,
  ) {}

  /** Starts a thread; it is over when `work` has ended, however it ended. */
  start(thread: Thread, work: () => Promise<void>): void {
    this.#threads.add(thread);
    void runAs(thread, work)
      .catch((error: unknown) => this.failures.push(error))
      .finally(() => {
        if (!thread.endless) this.#end(thread);
      });
  }

  /** Hears of each thread that arrives at a gate. */
  onGate: (thread: Thread, label: string) => void = () => undefined;

  /** Errors that no thread caught. */
  readonly failures: unknown[] = [];

  /** Runs a callback as a thread beside another one, with which it lives and dies. */
  startBeside(name: string, owner: Thread, callback: () => void): void {
    const thread = new Thread(name, { beside: owner });
    this.#threads.add(thread);
    runAs(thread, callback);
  }

  /** Lets sockets notice what happened to them: nothing else tells when they have. */
  async breathe(): Promise<void> {
    await delay(BREATH_MS);
    await this.settle();
  }

  /** Stands at a gate until the scheduler opens it; a killed thread stands there for ever. */
  async gate(thread: Thread, label: string): Promise<void> {
    if (thread.dead) return never();
    thread.park();
    thread.last = label;
    this.onGate(thread, label);
    this.#wake?.();
    do {
      await thread.untilThawed();
      await this.scheduler.schedule(Promise.resolve(), `${thread.name}: ${label}`);
    } while (thread.frozen);
    thread.parked -= 1;
    if (thread.dead) return never();
  }

  /** An operation behind a gate. The test's own operations pass. */
  async operation<T>(label: string, work: () => PromiseLike<T>): Promise<T> {
    const thread = currentThread();
    if (thread === undefined) return work();
    await this.gate(thread, label);
    return this.execute(thread, work, { connection: null });
  }

  /** Something under way that no gate holds up: a statement on a connection, else a call. */
  async execute<T>(
    thread: Thread,
    work: () => PromiseLike<T>,
    { connection }: { connection: object | null },
  ): Promise<T> {
    if (thread.dead) return never();
    thread.executing += 1;
    thread.waitsForOther = false;
    this.#count(connection, 1);
    try {
      return await work();
    } finally {
      thread.executing -= 1;
      thread.waitsForLock = false;
      this.#count(connection, -1);
      this.#wake?.();
    }
  }

  /** Opens one gate, whichever the scheduler likes, and waits until all stand still. False: none is there. */
  async step(): Promise<boolean> {
    const live = this.#threadsLive();
    const frozen = live.filter((thread) => thread.frozen);
    if (live.some(({ parked }) => parked > 0) && this.scheduler.count() > 0) {
      this.steps += 1;
      await this.scheduler.waitNext(1);
    } else if (frozen.length > 0) {
      // All others wait for what these hold.
      for (const thread of frozen) thread.thaw();
    } else if (live.some(({ executing }) => executing > 0)) {
      // They wait for each other, which the database finds out after a second.
      this.circles += 1;
      await this.#changesWithin(STUCK_MS);
    } else return false;
    await this.settle();
    return true;
  }

  /** Waits until every thread stands at a gate, waits for a lock, or is over. */
  async settle(): Promise<void> {
    const endMs = Date.now() + STUCK_MS;
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await turn();
      const moving = this.#moving();
      quiet = moving.length === 0 ? quiet + 1 : 0;
      if (moving.length === 0) continue;
      const isOld = moving.every((thread) => thread.waitsForLock);
      if (!isOld && (await this.#changesWithin(PATIENCE_MS))) continue;
      if (await this.#allWait()) return;
      if (Date.now() > endMs) throw new Error(`Stuck: ${moving.map(told).join(', ')}`);
    }
  }

  /** What still goes on, for a message. */
  told(): string {
    return this.#threadsLive().map(told).join(', ');
  }

  #count(connection: object | null, change: number): void {
    if (connection === null) {
      this.#calls += change;
      return;
    }
    const left = (this.#statements.get(connection) ?? 0) + change;
    if (left > 0) this.#statements.set(connection, left);
    else this.#statements.delete(connection);
  }

  #threadsLive(): Thread[] {
    return [...this.#threads].filter(({ lives }) => lives);
  }

  #moving(): Thread[] {
    return this.#threadsLive().filter((thread) => !isStill(thread));
  }

  /**
   * Whether nothing moves until another gate is opened: what is under way are statements, all of
   * which wait for a lock, and a thread of which nothing is under way waits for another one.
   */
  async #allWait(): Promise<boolean> {
    if (this.#calls > 0 || (this.#statements.size > 0 && !(await this.#allWaitForLocks())))
      return false;
    const moving = this.#moving();
    const idle = moving.filter(({ executing }) => executing === 0);
    // It would go on by itself, if it does so at all, within its own waits in real time.
    if (idle.length > 0 && (await this.#changesWithin(LONG_MS))) return false;
    for (const thread of moving) {
      if (thread.executing > 0) thread.waitsForLock = true;
      else thread.waitsForOther = true;
    }
    return true;
  }

  async #allWaitForLocks(): Promise<boolean> {
    return (await this.countLockWaits()) >= this.#statements.size;
  }

  #changesWithin(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (changed: boolean) => {
        clearTimeout(patience);
        this.#wake = undefined;
        resolve(changed);
      };
      // Node's own timer: the global one belongs to the threads, and this is waited for at each step.
      const patience = setTimeout(answer, ms, false);
      this.#wake = () => answer(true);
    });
  }

  #end(thread: Thread): void {
    thread.over = true;
    this.#threads.delete(thread);
    this.#wake?.();
  }

  /** Ends everything that is still there. */
  close(): void {
    for (const thread of this.#threads) thread.kill();
  }
}

function isStill({ parked, executing, endless, waitsForOther }: Thread): boolean {
  return executing === 0 && (endless || parked > 0 || waitsForOther);
}

function told({ name, parked, executing, last }: Thread): string {
  return `${name} (${parked} at a gate, ${executing} under way, last at "${last}")`;
}
