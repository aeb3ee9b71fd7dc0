/** Numbers of people that answers show in part only. */

import type { Step } from '../../engine/definition.js';
import { type JsonObject, textOf } from '../../json.js';

export interface Masked {
  /** Sending back what an answer showed changes nothing. */
  kept: Step;
  shown: (object: JsonObject) => JsonObject;
}

export function masked(member: string, mask: (number: string) => string): Masked {
  return {
    kept: ({ after, before, sent }) => {
      const stored = textOf(before, member);
      if (stored !== undefined && sent[member] === mask(stored)) after[member] = stored;
    },
    shown: (object) => {
      const number = textOf(object, member);
      return number === undefined ? object : { ...object, [member]: mask(number) };
    },
  };
}
