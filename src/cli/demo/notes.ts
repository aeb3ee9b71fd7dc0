import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Refusal } from '../refusal.js';

const connectionNotes = z.strictObject({ id: z.string() });

/** What a demo keeps for its next start: secrets and ids, readable by its owner alone. */
const notes = z.strictObject({
  version: z.literal(1),
  /** Names the database's folder: a demo begun anew never meets an old database. */
  id: z.string(),
  /** Day of the documents, fixed at the first start. */
  day: z.iso.date(),
  ports: z.strictObject({ web: z.int(), simulator: z.int() }),
  encryptionKey: z.string(),
  intuitClientSecret: z.string(),
  app: z.strictObject({ id: z.string(), key: z.string() }).optional(),
  admin: z.strictObject({ email: z.string(), password: z.string() }).optional(),
  connections: z.strictObject({
    us: connectionNotes.optional(),
    uk: connectionNotes.optional(),
  }),
});
export type DemoNotes = z.infer<typeof notes>;

/** The demo's folder, `.data` of the project, and what it keeps there. */
export interface DemoPlace {
  notes: DemoNotes;
  postgresDir: string;
  simulatorFile: string;
  logFile: string;
  /** Keeps the notes, whole or not at all. */
  save(): void;
}

const FIRST_PORTS = { web: 3000, simulator: 4010 } as const;

/** @throws Refusal where the folder cannot be written or holds something else */
export function openDemoPlace(folder: string = join(projectFolder(), '.data')): DemoPlace {
  const file = join(folder, 'demo.json');
  const kept = prepare(folder, file);
  const place: DemoPlace = {
    notes: kept,
    postgresDir: join(folder, `postgres-${kept.id}`),
    simulatorFile: join(folder, `simulator-${kept.id}.json`),
    logFile: join(folder, 'demo.log'),
    save() {
      writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
  place.save();
  return place;
}

function prepare(folder: string, file: string): DemoNotes {
  try {
    if (!existsSync(folder)) {
      mkdirSync(folder);
      // As root PostgreSQL runs as another user, who has to get through.
      chmodSync(folder, 0o711);
    }
    if (!existsSync(file)) return firstNotes();
    return notes.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      throw new Refusal(`${file} cannot be read. Remove the folder ${folder} to begin anew.`);
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Refusal(
      `The demo keeps its data in ${folder}, which cannot be used (${code}). ` +
        'Run it as the user who owns that folder, or remove the folder.',
    );
  }
}

function firstNotes(): DemoNotes {
  return {
    version: 1,
    id: randomBytes(4).toString('hex'),
    day: new Date().toISOString().slice(0, 10),
    ports: { ...FIRST_PORTS },
    encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
    intuitClientSecret: randomBytes(24).toString('base64url'),
    connections: {},
  };
}

/** The folder of package.json, above the sources and above the built files. */
function projectFolder(): string {
  let place = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < 6; level += 1) {
    if (existsSync(join(place, 'package.json'))) return place;
    place = dirname(place);
  }
  throw new Refusal('The project folder was not found.');
}
