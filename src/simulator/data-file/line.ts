/** The lines of a data file, and what each of them does to a simulator that reads it. */

import type { CompanyFacts } from '../engine/company.js';
import { storeShared } from '../engine/load.js';
import type { Moves } from '../engine/posted.js';
import { type JsonObject, textOf } from '../json.js';
import type { GrantsSnapshot } from '../oauth/grants.js';
import type { QuickBooks } from '../quickbooks.js';
import type { FileSnapshot } from '../service/files.js';
import type { Kept } from '../service/replay.js';

export const VERSION = 2;

/** A later line about the same thing takes the place of an earlier one. */
export type Line =
  | { kind: 'header'; version: number }
  | {
      kind: 'company';
      facts: CompanyFacts;
      sequences: [string, number][];
      lastNumbers: [string, string][];
    }
  /** With all its objects. */
  | { kind: 'removed'; realmId: string }
  | { kind: 'object'; realmId: string; entity: string; object: JsonObject; posted?: Moves }
  | { kind: 'deleted'; realmId: string; entity: string; id: string; time: string }
  | { kind: 'replay'; key: string; kept: Kept }
  | { kind: 'forgotten'; key: string }
  | { kind: 'clock'; stopped: boolean; nowMs?: number; offsetMs?: number }
  | { kind: 'grants'; grants: GrantsSnapshot }
  | { kind: 'files'; files: FileSnapshot[] };

export function textOfLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

/** Does what the line says. Lines have to be applied in the order in which they were written. */
export function apply(quickbooks: QuickBooks, line: Line): void {
  switch (line.kind) {
    case 'header':
      return;
    case 'company':
      applyCompany(quickbooks, line);
      return;
    case 'removed':
      quickbooks.companies.delete(line.realmId);
      return;
    case 'object':
    case 'deleted':
      applyObject(quickbooks, line);
      return;
    case 'replay':
      quickbooks.replays.restore(line.key, line.kept);
      return;
    case 'forgotten':
      quickbooks.replays.drop(line.key);
      return;
    case 'clock':
      applyClock(quickbooks, line);
      return;
    case 'grants':
      quickbooks.grants.restore(line.grants);
      return;
    case 'files':
      quickbooks.files.restore(line.files);
  }
}

function applyCompany(
  quickbooks: QuickBooks,
  { facts, sequences, lastNumbers }: Extract<Line, { kind: 'company' }>,
): void {
  const company = quickbooks.companies.get(facts.realmId) ?? quickbooks.addCompany(facts);
  Object.assign(company.facts, facts);
  for (const [series, last] of sequences) company.sequences.set(series, last);
  for (const [sequence, last] of lastNumbers) company.lastNumbers.set(sequence, last);
}

function applyObject(
  quickbooks: QuickBooks,
  line: Extract<Line, { kind: 'object' | 'deleted' }>,
): void {
  const company = quickbooks.companies.get(line.realmId);
  const definition = company?.definitions.get(line.entity);
  // An entity that this version does not know is left out.
  if (company === undefined || definition === undefined) return;
  if (line.kind === 'object') {
    const id = textOf(line.object, 'Id') ?? '';
    storeShared(company, definition, line.object);
    company.posted.note(line.entity, id, line.posted);
    // The counters come behind the objects: a crash between them must not give an id twice.
    company.notePastId(definition.ids.series, id);
    return;
  }
  company.posted.note(line.entity, line.id, undefined);
  if (company.find(line.entity, line.id) === undefined) {
    company.collection(line.entity).restoreDeletions([[line.id, line.time]]);
  } else company.remove(definition, line.id, line.time);
}

function applyClock(
  { clock }: QuickBooks,
  { stopped, nowMs, offsetMs = 0 }: Extract<Line, { kind: 'clock' }>,
): void {
  const now = new Date(nowMs ?? Date.now() + offsetMs).toISOString();
  clock.change({ now, stopped });
}
