import type { JsonObject } from '../../src/simulator/index.js';
import type { Connected, Journey } from './journey.js';

/** What the other side saw and holds, for expectations. Nothing here counts as a call. */
export interface QuickBooksSide {
  /** Forgets calls and commits so far. */
  forget(): void;
  /** Calls since, as `GET query` or `POST invoice`. */
  calls(): string[];
  /** Calls that ask for a change; a batch is one. */
  writes(): number;
  /** Commits since, as `create Invoice`. */
  commits(): string[];
  /** Objects of an entity, active or not. */
  all(entity: string): JsonObject[];
  /** One object; fails where there is none. */
  one(entity: string, id: string | undefined): JsonObject;
  /** Objects whose member is `value`. */
  where(entity: string, member: string, value: unknown): JsonObject[];
  /** A person adds something in QuickBooks; answers its id. */
  add(entity: string, object: JsonObject): string;
  /** A person changes something in QuickBooks. */
  edit(entity: string, id: string | undefined, changes: JsonObject): void;
}

export function quickBooksSide(
  { simulator }: Pick<Journey, 'simulator'>,
  { realmId }: Connected,
): QuickBooksSide {
  const { control } = simulator;
  const log = () => control.log(realmId);
  const all = (entity: string) => control.objects(realmId, entity);
  return {
    forget: () => control.clearLog(realmId),
    calls: () => log().calls.map(({ method, path }) => `${method} ${path}`),
    writes: () => log().counts.writes,
    commits: () => log().commits.map(({ operation, entity }) => `${operation} ${entity}`),
    all,
    one(entity, id) {
      const found = all(entity).find((object) => object['Id'] === id);
      if (found === undefined) throw new Error(`QuickBooks has no ${entity} ${id}`);
      return found;
    },
    where: (entity, member, value) => all(entity).filter((object) => object[member] === value),
    add: (entity, object) =>
      String(control.act(realmId, { do: 'create', entity, object }).object?.['Id']),
    edit(entity, id, changes) {
      control.act(realmId, { do: 'edit', entity, id: id ?? '', changes });
    },
  };
}
