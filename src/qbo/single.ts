import { type EntityName, voidStyle, type WriteOperation } from './entities.js';
import { readAnswer } from './faults.js';
import { type ItemResult, readItem } from './item-result.js';
import type { WriteEnding } from './stores.js';
import { UPLOAD_PATH, uploadedIn } from './upload.js';

/** Path of a write of one object, below the company. */
export function singlePath(entity: EntityName, operation: WriteOperation): string {
  const name = entity.toLowerCase();
  if (entity === 'Attachable' && operation === 'create') return UPLOAD_PATH;
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
  if (answer.kind === 'ok') {
    const file = uploadedIn(answer.json);
    // A file that is refused is so under status 200, as an item of a batch is.
    return file === undefined
      ? readItem(answer.json, entity, ending.status)
      : readItem(file, entity, 400);
  }
  return answer.kind === 'refused'
    ? { kind: 'refused', status: ending.status, faults: answer.faults }
    : { kind: 'missing' };
}
