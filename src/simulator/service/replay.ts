/**
 * Answers kept by requestid, so that a write made twice is done once. QuickBooks documents the
 * replay but not how long it remembers; the retention is a behaviour.
 */

import { createHash } from 'node:crypto';
import type { Answer } from './answers.js';

interface Kept {
  answer: Answer;
  fingerprint: string;
  keptAtMs: number;
}

/** Characters of answers kept at once; the oldest go first. */
const KEPT_CHARACTERS_MAX = 100_000_000;

export class ReplayStore {
  readonly #kept = new Map<string, Kept>();
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
      this.#drop(key);
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
    this.#put(keyOf(realmId, requestid), {
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
      if (match) this.#drop(key);
    }
    return before - this.#kept.size;
  }

  entries(): [string, Kept][] {
    return [...this.#kept];
  }

  restore(entries: readonly [string, Kept][]): void {
    for (const [key, kept] of entries) this.#put(key, kept);
  }

  #put(key: string, kept: Kept): void {
    this.#drop(key);
    this.#kept.set(key, kept);
    this.#characters += kept.answer.body.length;
    while (this.#characters > KEPT_CHARACTERS_MAX) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#characters -= this.#kept.get(key)?.answer.body.length ?? 0;
    this.#kept.delete(key);
  }
}

function fingerprintOf(body: string | Uint8Array): string {
  return createHash('sha1').update(body).digest('base64');
}

function keyOf(realmId: string, requestid: string): string {
  return `${realmId}\n${requestid}`;
}
