import type { ComparedLine, Inspection, LineSide } from '../../contract/inspection.js';
import { Panel } from '../frame/panel.js';
import { Rows, Second } from '../list/rows.js';
import styles from './sendings.module.css';

const FIELDS: Record<Inspection['compared'][number]['field'], string> = {
  number: 'Number',
  date: 'Date',
  dueDate: 'Due',
  party: 'Customer or supplier',
  total: 'Total',
  tax: 'Tax',
  lines: 'Lines',
  currency: 'Currency',
};

/** What is wanted, also before anything was sent, and next to it what QuickBooks answered last. */
export function BothSides({ inspection }: { inspection: Inspection }) {
  const { compared, lines, isAnswered } = inspection;
  if (compared.length === 0) return null;
  return (
    <Panel title={isAnswered ? 'Wanted, and what QuickBooks answered last' : 'Wanted'}>
      <Rows
        caption="Both sides"
        columns={[
          { label: 'Field' },
          { label: 'Wanted' },
          ...(isAnswered ? [{ label: 'In QuickBooks' }] : []),
        ]}
        rows={compared.map(({ field, wanted, quickbooks }) => ({
          key: field,
          cells: [FIELDS[field], wanted ?? '–', quickbooks ?? '–'],
        }))}
      />
      {lines.length > 0 && (
        <div className={styles.request}>
          <Lines lines={lines} isAnswered={isAnswered} />
        </div>
      )}
    </Panel>
  );
}

const COLUMNS: readonly { member: keyof LineSide; label: string; isFigure?: boolean }[] = [
  { member: 'item', label: 'Product or account' },
  { member: 'description', label: 'Description' },
  { member: 'quantity', label: 'Quantity', isFigure: true },
  { member: 'unitPrice', label: 'Unit price', isFigure: true },
  { member: 'amount', label: 'Amount', isFigure: true },
  { member: 'tax', label: 'Tax' },
];

function Lines({ lines, isAnswered }: { lines: readonly ComparedLine[]; isAnswered: boolean }) {
  return (
    <Rows
      caption="Lines"
      columns={[{ label: 'Line' }, ...COLUMNS]}
      rows={lines.map((line, index) => ({
        key: `line ${index + 1}`,
        cells: [
          String(index + 1),
          ...COLUMNS.map(({ member }) => (
            <LineCell key={member} line={line} member={member} isAnswered={isAnswered} />
          )),
        ],
      }))}
    />
  );
}

interface LineCellProps {
  line: ComparedLine;
  member: keyof LineSide;
  isAnswered: boolean;
}

/** QuickBooks' side is said where it is another one. */
function LineCell({ line: { wanted, quickbooks }, member, isAnswered }: LineCellProps) {
  const ours = wanted?.[member] ?? null;
  const theirs = quickbooks?.[member] ?? null;
  const isSame = !isAnswered || theirs === null || isEqual(ours, theirs);
  return (
    <>
      {ours ?? '–'}
      {!isSame && <Second>QuickBooks: {theirs}</Second>}
    </>
  );
}

function isEqual(ours: string | null, theirs: string): boolean {
  // Amounts are texts on one side and numbers on the other: 5.00 is 5.
  return ours === theirs || (ours !== null && ours !== '' && Number(ours) === Number(theirs));
}
