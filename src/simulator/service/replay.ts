/**
 * Answers kept by requestid, so that a write made twice is done once. QuickBooks documents the
 * replay but not how long it remembers; the retention is a behaviour.
 */

import { createHash } from 'node:crypto';
import type { Answer } from './answers.js';

export interface Kept {
  answer: Answer;
  fingerprint: string;
  keptAtMs: number;
}

/** Characters of answers kept at once; the oldest go first. */
const KEPT_CHARACTERS_MAX = 100_000_000;

export class ReplayStore {
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<(key: string) => void>();
  #characters = 0;

  /** The answer of the earlier request, and whether its body was the same. */
  find(
    realmId: string,
    requestid: string,
    body: string | Uint8Array,
    { nowMs, retentionMs }: { nowMs: number; retentionMs: number },
  ): { answer: Answer; sameBody: boolean } | undefined {
    const key = keyOf(realmId, requestid);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (nowMs - kept.keptAtMs > retentionMs) {
      this.drop(key);
      return undefined;
    }
    return { answer: kept.answer, sameBody: kept.fingerprint === fingerprintOf(body) };
  }

  keep(
    realmId: string,
    requestid: string,
    body: string | Uint8Array,
    answer: Answer,
    nowMs: number,
  ): void {
    this.restore(keyOf(realmId, requestid), {
      answer,
      fingerprint: fingerprintOf(body),
      keptAtMs: nowMs,
    });
  }

  /** Forgets one requestid, all of a company, or all. Returns how many. */
  forget(realmId?: string, requestid?: string): number {
    const before = this.#kept.size;
    for (const key of [...this.#kept.keys()]) {
      const [realm, id] = key.split('\n');
      const match =
        (realmId === undefined || realm === realmId) &&
        (requestid === undefined || id === requestid);
      if (match) this.drop(key);
    }
    return before - this.#kept.size;
  }

  /** What names the answers, the oldest first. */
  keys(): IterableIterator<string> {
    return this.#kept.keys();
  }

  get(key: string): Kept | undefined {
    return this.#kept.get(key);
  }

  drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#characters -= kept.answer.body.length;
    this.#kept.delete(key);
    for (const listener of this.#listeners) listener(key);
  }

  /** Calls back with the key of each answer that is kept or dropped. */
  onChange(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps an answer under the key it had. */
  restore(key: string, kept: Kept): void {
    this.drop(key);
    this.#kept.set(key, kept);
    for (const listener of this.#listeners) listener(key);
    this.#characters += kept.answer.body.length;
    while (this.#characters > KEPT_CHARACTERS_MAX) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined) return;
      this.drop(oldest);
    }
  }
}

function fingerprintOf(body: string | Uint8Array): string {
  return createHash('sha1').update(body).digest('base64');
}

function keyOf(realmId: string, requestid: string): string {
  return `${realmId}\n${requestid}`;
}
