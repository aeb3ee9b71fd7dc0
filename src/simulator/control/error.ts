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
