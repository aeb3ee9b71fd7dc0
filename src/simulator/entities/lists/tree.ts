/** Lists whose objects may lie below one another: who may be whose parent, and their names. */

import type { Company } from '../../engine/company.js';
import { parentInvalid, parentIsChild } from '../../engine/company-faults.js';
import type { Draft, Effect, Step } from '../../engine/definition.js';
import { businessValidation } from '../../engine/service-fault.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, refIdOf, textOf } from '../../json.js';

interface TreeRules {
  /** Levels in all, the topmost among them. */
  levels: number;
  /** Whether an object may have others below it. */
  mayHaveChildren?: (parent: JsonObject, draft: Draft) => boolean;
}

/**
 * A check of `ParentRef`. That a wrong parent is fault 700, a circle 900 and too deep a place 6000
 * is a guess: the codes exist, and no recording shows them.
 */
export function parentFits({ levels, mayHaveChildren }: TreeRules): Step {
  return (draft) => {
    const { after, before, company, definition, errors } = draft;
    const parentId = refIdOf(after, 'ParentRef');
    if (parentId === undefined || parentId === refIdOf(before, 'ParentRef')) return;
    const parent = company.find(definition.name, parentId);
    if (parent === undefined) return;
    const above = chainOf(company, definition.name, parentId);
    const own = textOf(before, 'Id');
    if (own !== undefined && above.includes(own)) {
      errors.push(parentIsChild());
      return;
    }
    if (mayHaveChildren?.(parent, draft) === false) errors.push(parentInvalid());
    const below = own === undefined ? 0 : depthBelow(company, definition.name, own);
    if (above.length + 1 + below > levels) {
      const name = definition.name.toLowerCase();
      errors.push(businessValidation(`A ${name} can be nested at most ${levels} levels deep.`));
    }
  };
}

/** The object and those above it, the nearest first. */
function chainOf(company: Company, entity: string, id: string): string[] {
  const chain: string[] = [];
  let next: string | undefined = id;
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = refIdOf(company.find(entity, next), 'ParentRef');
  }
  return chain;
}

function depthBelow(company: Company, entity: string, id: string): number {
  const depths = childrenOf(company, entity, id).map(
    (child) => 1 + depthBelow(company, entity, child),
  );
  return Math.max(0, ...depths);
}

function childrenOf(company: Company, entity: string, id: string): string[] {
  return [...(company.collection(entity).withKey('ParentRef', id) ?? [])];
}

/** The qualified names of all below follow the names above them. Their tokens stand. */
export function namesBelowFollow(entity: string, nameMember: string): Effect {
  return (company, before, after, nowMs) => {
    const id = textOf(after, 'Id');
    const path = textOf(after, 'FullyQualifiedName');
    const level = after?.['Level'];
    if (before === undefined || id === undefined || path === undefined) return;
    const moved = path !== textOf(before, 'FullyQualifiedName') || level !== before['Level'];
    if (moved) renameBelow({ company, entity, nameMember, nowMs }, id, path, Number(level ?? 0));
  };
}

interface Renaming {
  company: Company;
  entity: string;
  nameMember: string;
  nowMs: number;
}

function renameBelow(renaming: Renaming, id: string, path: string, level: number): void {
  const { company, entity, nameMember, nowMs } = renaming;
  const definition = company.definitions.get(entity);
  if (definition === undefined) return;
  for (const child of childrenOf(company, entity, id)) {
    const stored = company.find(entity, child);
    const FullyQualifiedName = `${path}:${textOf(stored, nameMember) ?? ''}`;
    const Level = stored?.['Level'] === undefined ? undefined : level + 1;
    touch(company, definition, child, { FullyQualifiedName, Level }, { bump: false, nowMs });
    renameBelow(renaming, child, FullyQualifiedName, level + 1);
  }
}
