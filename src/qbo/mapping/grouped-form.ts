import type { PurchaseLine } from '../../contract/documents/purchase-form.js';
import { type GroupingSettings, groupLines, type HasQuantity } from './grouping.js';
import type { FieldProblem } from './limits.js';

/** What a form of either side has, as far as its lines are put together. */
interface Lined {
  lines: PurchaseLine[];
  currency?: string | undefined;
}

/** How the lines that are written stand in the document they are made of. */
export interface StatedLines {
  /** Lines of the document. */
  count: number;
  /** Of each written line: the index of the first line of the document that it stands for. */
  places: readonly number[];
}

/** A document with the lines that are written. */
export interface GroupedForm<Document extends Lined> {
  document: Document;
  stated: StatedLines;
}

/** The document as the settings want its lines. */
export function groupedForm<Document extends Lined>(
  stated: Document,
  settings: GroupingSettings,
  { homeCurrency }: { homeCurrency: string },
  hasQuantity?: HasQuantity,
): GroupedForm<Document> {
  const groups = groupLines<Document['lines'][number]>(
    stated.lines,
    settings,
    stated.currency ?? homeCurrency,
    hasQuantity,
  );
  return {
    document: { ...stated, lines: groups.map(({ line }) => line) },
    stated: { count: stated.lines.length, places: groups.map(({ sources: [first] }) => first) },
  };
}

/** What belongs to the document's lines, as what belongs to the written ones. */
export function atPlaces<Value>(
  values: readonly Value[],
  { places }: Pick<StatedLines, 'places'>,
  none: Value,
): Value[] {
  return places.map((place) => values[place] ?? none);
}

/** Problems in the document's own words. */
export function statedProblems(
  problems: readonly FieldProblem[],
  { places }: Pick<StatedLines, 'places'>,
): FieldProblem[] {
  return problems.map(({ field, rule }) => ({ field: statedField(field, places), rule }));
}

/**
 * Where the document states what a written line says: people know their own lines, not those that
 * were made of them. Of several it is the first.
 *
 * @param field for example `lines.1.description`
 */
function statedField(field: string, places: readonly number[]): string {
  return field.replace(/^lines\.(\d+)/, (written, index: string) => {
    const place = places[Number(index)];
    return place === undefined ? written : `lines.${place}`;
  });
}
