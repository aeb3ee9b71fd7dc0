import type { Thread } from './thread.js';

/** Moments in the life of a push, each by how the label of its gate begins. */
export const MOMENTS = {
  beginsTransaction: 'begin',
  storesRequest: 'with held as (?), stored',
  notesSending: 'update requests r set sent_at',
  leaves: 'leaves',
  isAnswered: 'is answered',
  storesAnswer: 'update requests set state',
} as const;

/** Something that happens to a worker at a moment of its push, where chance alone hardly ever is. */
export interface Trap {
  moment: keyof typeof MOMENTS;
  /** How often the moment passes before. */
  skip: number;
  act: 'kill' | 'stop' | 'freeze';
}

/** A thread of a push that stepped into a trap. */
export interface Sprung {
  act: Trap['act'];
  thread: Thread;
}

/** Traps that are set, and those that a thread has just stepped into. */
export class Traps {
  #set: Trap[] = [];
  #sprung: Sprung[] = [];

  set(trap: Trap): void {
    this.#set.push({ ...trap });
  }

  /** Hears of each gate that a thread arrives at. */
  readonly hear = (thread: Thread, label: string): void => {
    const pusher = thread.sentBy ?? thread;
    if (!pusher.isPush || !pusher.lives) return;
    const trap = this.#set.find(({ moment }) => label.startsWith(MOMENTS[moment]));
    if (trap === undefined) return;
    trap.skip -= 1;
    if (trap.skip >= 0) return;
    this.#set = this.#set.filter((one) => one !== trap);
    this.#sprung.push({ act: trap.act, thread: pusher });
  };

  next(): Sprung | undefined {
    return this.#sprung.shift();
  }

  clear(): void {
    this.#set = [];
    this.#sprung = [];
  }
}
