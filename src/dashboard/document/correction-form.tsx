import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { FieldError } from '../../contract/problem.js';
import styles from './correct-document.module.css';
import {
  type Draft,
  errorAt,
  type Field,
  fieldsOf,
  LINES_SHOWN,
  lineFieldsOf,
  linesOf,
  textAt,
  totalsOf,
  withLines,
  withText,
} from './correction-fields.js';

interface FormProps {
  draft: Draft;
  errors: readonly FieldError[];
  onChange: (draft: Draft) => void;
}

/** The usual fields of a document; what it has besides stays as it is. */
export function CorrectionForm(props: FormProps) {
  const { draft, onChange } = props;
  const lines = linesOf(draft);
  const removed = (index: number) =>
    withLines(draft, [...lines.slice(0, index), ...lines.slice(index + 1)]);
  return (
    <>
      <Fields {...props} fields={fieldsOf(draft)} />
      {lines.slice(0, LINES_SHOWN).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; inputs keep no state of their own
        <fieldset key={index} className={styles.line}>
          <legend>Line {index + 1}</legend>
          <Fields {...props} fields={lineFieldsOf(line, index)} />
          {lines.length > 1 && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onChange(removed(index))}
              aria-label={`Remove line ${index + 1}`}
            >
              Remove
            </Button>
          )}
        </fieldset>
      ))}
      {lines.length > LINES_SHOWN && (
        <p>The other {lines.length - LINES_SHOWN} lines are under “Everything”.</p>
      )}
      {lines.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange(withLines(draft, [...lines, { quantity: '1' }]))}
        >
          Add a line
        </Button>
      )}
      <Fields {...props} fields={totalsOf(draft)} />
    </>
  );
}

function Fields({ draft, errors, onChange, fields }: FormProps & { fields: readonly Field[] }) {
  return (
    <div className={styles.fields}>
      {fields.map(({ label, path, choices }) => {
        const shared = {
          label,
          value: textAt(draft, path),
          error: errorAt(errors, path),
          onChange: (event: { currentTarget: { value: string } }) =>
            onChange(withText(draft, path, event.currentTarget.value)),
        };
        return choices === undefined ? (
          <TextInput key={path.join('.')} {...shared} />
        ) : (
          <NativeSelect key={path.join('.')} {...shared} data={[...choices]} />
        );
      })}
    </div>
  );
}
