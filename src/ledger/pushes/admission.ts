import type { DocumentKind } from '../../contract/documents/index.js';
import { LANE_CLASS, type LaneClass } from '../rows.js';

/** How many pushes of a company may be open at once. */
export interface AdmissionLimits {
  /** All together, without those in doubt. Default 10: the slots of a lane. */
  open: number;
  /**
   * Pushes that wait to be looked up because nobody knows how their request ended; they give their
   * place to the next one, and this many may do so for each place. Default 5. With more of them
   * QuickBooks answers nothing, and sending on would only make more.
   */
  inDoubtPerPlace: number;
  /** Of these, back-fill at most. Default 5. */
  backfill: number;
  /** Of these, retries at most. Default 2. */
  retry: number;
  /** Batch pushes at most; singles go beside them. Default 3. */
  batch: number;
  /** Documents of one batch push. Default 30, the most Intuit recommends. */
  batchSize: number;
  /** A kind with more than this many due documents goes in batches. Default 10. */
  batchFrom: number;
  /**
   * Pushes of one list of names at once. Default 1: QuickBooks is said to refuse names that are
   * edited at the same time (6000, "one name at a time"); in a batch they come one after the other.
   */
  names: number;
  /** Pushes of files at once, which take long and much room. Default 2. */
  files: number;
}

export const DEFAULT_ADMISSION: AdmissionLimits = {
  open: 10,
  inDoubtPerPlace: 5,
  backfill: 5,
  retry: 2,
  batch: 3,
  batchSize: 30,
  batchFrom: 10,
  names: 1,
  files: 2,
};

/** The lists of names QuickBooks keeps; customers and suppliers share one. */
const NAME_LISTS: Partial<Record<DocumentKind, string>> = {
  customer: 'people',
  vendor: 'people',
  item: 'items',
};
/** A batch cannot carry files: each is a call of its own. */
const FILE: DocumentKind = 'attachment';

/** A document whose time has come. */
export interface DueDocument {
  id: number;
  kind: DocumentKind;
  laneClass: LaneClass;
  alone: boolean;
  releasedRevision: number;
}

/** Open pushes of a company, counted. */
export interface OpenCount {
  kind: DocumentKind;
  laneClass: LaneClass;
  batch: boolean;
  /** They go on much later: what became of them is not known yet, or QuickBooks throttles. */
  parked: boolean;
  /** They wait to find out how their request ended, and hold no place meanwhile. */
  inDoubt: boolean;
  pushes: number;
}

/** A push to open. */
export interface PlannedPush {
  kind: DocumentKind;
  laneClass: LaneClass;
  batch: boolean;
  priority: number;
  documents: { id: number; revision: number }[];
}

/** How many more pushes admission allows a class. */
export function roomOf(
  laneClass: LaneClass,
  open: readonly OpenCount[],
  limits: AdmissionLimits,
): { pushes: number; batches: number } {
  const share = shareOf(laneClass, limits);
  const standing = open.filter(({ inDoubt }) => !inDoubt);
  const doubtful = open.filter(({ inDoubt }) => inDoubt);
  const left = (rows: readonly OpenCount[], perPlace: number) => {
    const ofClass = pushesIn(rows, (row) => row.laneClass === laneClass);
    return Math.min(limits.open * perPlace - pushesIn(rows), share * perPlace - ofClass);
  };
  const room = left(doubtful, limits.inDoubtPerPlace) > 0 ? left(standing, 1) : 0;
  const pushes = Math.max(0, room);
  const batches = Math.max(0, limits.batch - pushesIn(standing, ({ batch }) => batch));
  return { pushes, batches: Math.min(pushes, batches) };
}

/** Kinds none of which may be opened now: their list of names, or as many files, are being written. */
export function busyKinds(
  open: readonly OpenCount[],
  limits: AdmissionLimits,
): ReadonlySet<DocumentKind> {
  const kinds = [...(Object.keys(NAME_LISTS) as DocumentKind[]), FILE];
  return new Set(kinds.filter((kind) => isBusy(kind, open, limits)));
}

/**
 * Which pushes to open: live before retry before back-fill, each class within its share, and in a
 * class whoever stands first in `due`. A kind with little waiting goes in single calls, which are
 * fast; a backlog also fills batches.
 */
export function planPushes(
  due: readonly DueDocument[],
  open: readonly OpenCount[],
  limits: AdmissionLimits,
): PlannedPush[] {
  const counts = [...open];
  const planned: PlannedPush[] = [];
  for (const laneClass of Object.values(LANE_CLASS)) {
    const lines = linesOf(due.filter((row) => row.laneClass === laneClass));
    for (;;) {
      const room = roomOf(laneClass, counts, limits);
      const line = room.pushes === 0 ? undefined : nextLine(lines, counts, limits);
      if (line === undefined) break;
      const push = takePush(line, laneClass, room.batches > 0, limits);
      // Class first, then how many the company has open: a quiet company's first goes early.
      const priority = laneClass * 100 + pushesIn(counts, ({ inDoubt }) => !inDoubt) + 1;
      planned.push({ ...push, priority });
      counts.push({ ...push, parked: false, inDoubt: false, pushes: 1 });
    }
  }
  return planned;
}

type Line = { place: number; row: DueDocument }[];

/** The due documents of each kind, in the order of the whole. */
function linesOf(due: readonly DueDocument[]): Line[] {
  const lines = new Map<DocumentKind, Line>();
  due.forEach((row, place) => {
    const line = lines.get(row.kind) ?? [];
    lines.set(row.kind, line);
    line.push({ place, row });
  });
  return [...lines.values()];
}

/** The line whose first document stands before those of the others. */
function nextLine(
  lines: readonly Line[],
  open: readonly OpenCount[],
  limits: AdmissionLimits,
): Line | undefined {
  return lines
    .filter(([first]) => first !== undefined && !isBusy(first.row.kind, open, limits))
    .sort(([a], [b]) => (a?.place ?? 0) - (b?.place ?? 0))[0];
}

function takePush(
  line: Line,
  laneClass: LaneClass,
  mayBatch: boolean,
  limits: AdmissionLimits,
): Omit<PlannedPush, 'priority'> {
  const [first] = line;
  const isAlone = first?.row.alone !== false || first.row.kind === FILE;
  const asBatch = mayBatch && line.length > limits.batchFrom && !isAlone;
  const taken = asBatch ? takeTogether(line, limits.batchSize) : line.splice(0, 1);
  return {
    kind: first?.row.kind ?? 'invoice',
    laneClass,
    batch: taken.length > 1,
    documents: taken.map(({ row }) => ({ id: row.id, revision: row.releasedRevision })),
  };
}

function takeTogether(line: Line, most: number): Line {
  const taken: Line = [];
  for (let index = 0; index < line.length && taken.length < most; ) {
    if (line[index]?.row.alone !== false) index += 1;
    else taken.push(...line.splice(index, 1));
  }
  return taken;
}

function isBusy(kind: DocumentKind, open: readonly OpenCount[], limits: AdmissionLimits): boolean {
  const isWorking = (row: OpenCount) => !row.parked && !row.inDoubt;
  if (kind === FILE) {
    return pushesIn(open, (row) => row.kind === FILE && isWorking(row)) >= limits.files;
  }
  const list = NAME_LISTS[kind];
  if (list === undefined) return false;
  const writes = (row: OpenCount) => NAME_LISTS[row.kind] === list && isWorking(row);
  return pushesIn(open, writes) >= limits.names;
}

function pushesIn(
  open: readonly OpenCount[],
  matches: (row: OpenCount) => boolean = () => true,
): number {
  return open.filter(matches).reduce((sum, { pushes }) => sum + pushes, 0);
}

function shareOf(laneClass: LaneClass, limits: AdmissionLimits): number {
  if (laneClass === LANE_CLASS.backfill) return limits.backfill;
  return laneClass === LANE_CLASS.retry ? limits.retry : limits.open;
}
