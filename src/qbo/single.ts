import { type EntityName, voidStyle, type WriteOperation } from './entities.js';
import { readAnswer } from './faults.js';
import { type ItemResult, readItem } from './item-result.js';
import type { WriteEnding } from './stores.js';

/** Path of a write of one object, below the company. */
export function singlePath(entity: EntityName, operation: WriteOperation): string {
  const name = entity.toLowerCase();
  switch (operation) {
    case 'create':
    case 'update':
      return name;
    case 'delete':
      return `${name}?operation=delete`;
    case 'void':
      return voidStyle(entity) === 'operation'
        ? `${name}?operation=void`
        : `${name}?operation=update&include=void`;
  }
}

/** Reads the stored answer of such a write. */
export function readSingle(
  entity: EntityName,
  ending: Extract<WriteEnding, { kind: 'answered' }>,
): ItemResult {
  const answer = readAnswer({ ...ending, contentType: null });
  if (answer.kind === 'ok') return readItem(answer.json, entity, ending.status);
  return answer.kind === 'refused'
    ? { kind: 'refused', status: ending.status, faults: answer.faults }
    : { kind: 'missing' };
}
