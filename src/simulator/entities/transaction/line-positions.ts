/** Ids and numbers of the lines of one transaction, and the order of a line's members. */

import { type JsonObject, objectOf, objectsOf, present, textOf } from '../../json.js';

/** Ids count on from the highest one there was; numbers follow the order of the lines. */
export class LinePositions {
  readonly #known = new Map<string, JsonObject>();
  #lastId = 0;
  #lastNumber = 0;

  /** @param before the transaction as it is stored, if it is */
  constructor(before: JsonObject | undefined) {
    this.#note(before);
  }

  /** `Id` and `LineNum` of the next line: its own id where that is known, else a new one. */
  next(line: JsonObject): { Id: string; LineNum: number } {
    const sent = textOf(line, 'Id');
    this.#lastNumber += 1;
    const keeps = sent !== undefined && this.#known.delete(sent);
    if (!keeps) this.#lastId += 1;
    return { Id: keeps ? sent : String(this.#lastId), LineNum: this.#lastNumber };
  }

  /** The stored line that a sent one is an update of; ask before its position is taken. */
  stored(line: JsonObject): JsonObject | undefined {
    return this.#known.get(textOf(line, 'Id') ?? '');
  }

  #note(holder: JsonObject | undefined): void {
    for (const line of objectsOf(holder, 'Line')) {
      const id = textOf(line, 'Id');
      if (id !== undefined) {
        this.#known.set(id, line);
        this.#lastId = Math.max(this.#lastId, Number(id) || 0);
      }
      this.#note(objectOf(line, 'GroupLineDetail'));
    }
  }
}

/** A line as answers show it: its members in the recorded order, its detail replaced. */
export function answeredLine(
  line: JsonObject,
  position: { Id: string; LineNum: number },
  detail: JsonObject,
): JsonObject {
  const { Id: _, LineNum: __, Description, Amount, LinkedTxn, DetailType, ...rest } = line;
  return present({
    ...position,
    Description,
    Amount,
    LinkedTxn,
    DetailType,
    ...rest,
    ...detail,
    CustomExtensions: [],
  });
}
