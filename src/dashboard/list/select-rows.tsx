import { Checkbox } from '@mantine/core';
import type { OpsDocumentRow } from '../../contract/ops.js';
import { documentName } from './document-link.js';

interface Selection {
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
}

/** Box of one row; a row without a retry has none, since nothing could be done with it. */
export function SelectRow({
  document,
  selected,
  onSelect,
}: Selection & { document: OpsDocumentRow }) {
  if (!isSelectable(document)) return null;
  const isSelected = selected.has(document.id);
  return (
    <Checkbox
      size="xs"
      aria-label={`Select ${documentName(document)}`}
      checked={isSelected}
      onChange={() => {
        const next = new Set(selected);
        if (isSelected) next.delete(document.id);
        else next.add(document.id);
        onSelect(next);
      }}
    />
  );
}

/** Box for all rows of the page that can be retried. */
export function SelectAll({
  documents,
  selected,
  onSelect,
  label,
}: Selection & { documents: readonly OpsDocumentRow[]; label?: string }) {
  const ids = documents.filter(isSelectable).map((document) => document.id);
  const selectedCount = ids.filter((id) => selected.has(id)).length;
  const isAll = selectedCount === ids.length;
  if (ids.length === 0) return null;
  return (
    <Checkbox
      size="xs"
      label={label}
      aria-label={label === undefined ? 'Select all rows that can be retried' : undefined}
      checked={isAll}
      indeterminate={selectedCount > 0 && !isAll}
      onChange={() => onSelect(isAll ? new Set() : new Set(ids))}
    />
  );
}

function isSelectable(document: OpsDocumentRow): boolean {
  return document.actions.includes('retry');
}
