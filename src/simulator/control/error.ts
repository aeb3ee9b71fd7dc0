import { z } from 'zod';
import type { ServiceFault } from '../engine/service-fault.js';

/** A call to control that makes no sense: unknown company, unknown entity, taken realmId. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** QuickBooks' own reasons, each with its Detail and the member it is about. */
export function refusalOf({ errors }: ServiceFault): ControlError {
  const reasons = errors.map(({ code, Message, Detail, element }) => {
    const words = Detail.startsWith(Message) ? Detail : `${Message}: ${Detail}`;
    return `${code} ${words}${element === '' ? '' : ` (${element})`}`;
  });
  return new ControlError(400, reasons.join('; '));
}

/** @throws ControlError 400 for what the schema does not take */
export function taken<Taken>(schema: z.ZodType<Taken>, value: unknown): Taken {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ControlError(400, z.prettifyError(result.error));
}
