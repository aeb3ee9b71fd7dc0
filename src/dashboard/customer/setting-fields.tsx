import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ShownSetting } from '../../contract/customer-page.js';
import { type Acting, accountsQuery, type Change } from './customer-api.js';
import { pathText } from './path-text.js';

/** What was changed on the page and is not saved yet, by the path of the setting. */
export type Edits = ReadonlyMap<string, Value>;
type Value = boolean | string | readonly string[];

interface FieldsProps {
  acting: Acting;
  settings: readonly ShownSetting[];
  edits: Edits;
  onEdit: (edits: Edits) => void;
}

export function SettingFields({ acting, settings, edits, onEdit }: FieldsProps) {
  function edit(setting: ShownSetting, value: Value): void {
    const next = new Map(edits);
    if (isSame(value, setting.value ?? '')) next.delete(setting.path);
    else next.set(setting.path, value);
    onEdit(next);
  }
  return (
    <div className="fields">
      {settings.map((setting) => (
        <Field
          key={setting.path}
          acting={acting}
          setting={setting}
          value={edits.get(setting.path) ?? setting.value ?? ''}
          onChange={(value) => edit(setting, value)}
        />
      ))}
    </div>
  );
}

/** The order of chosen words means nothing. */
function isSame(one: Value, other: Value): boolean {
  const words = (value: Value) => (Array.isArray(value) ? [...value].sort().join() : value);
  return words(one) === words(other);
}

/** The edits as the API takes them; an account is named by its id in QuickBooks. */
export function changeOf(edits: Edits): Change {
  const change: Record<string, unknown> = {};
  for (const [path, value] of edits) {
    const [group = path, name] = path.split('.');
    const stated = group === 'accounts' ? { recordId: value } : value;
    change[group] =
      name === undefined ? stated : { ...(change[group] as Change | undefined), [name]: stated };
  }
  return change;
}

interface FieldProps {
  acting: Acting;
  setting: ShownSetting;
  value: Value;
  onChange: (value: Value) => void;
}

function Field({ acting, setting, value, onChange }: FieldProps) {
  const id = useId();
  const { control, label, meaning, caution } = setting;
  const help = `${id}-help`;
  const own = { id, 'aria-describedby': help };
  if (control === 'choices') return <Several {...{ setting, value, help, onChange }} />;
  return (
    <div className="field" data-control={control}>
      <label htmlFor={id}>{label}</label>
      {control === 'switch' && (
        <input
          {...own}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )}
      {control === 'text' && (
        <input
          {...own}
          type="text"
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {control === 'choice' && (
        <select
          {...own}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {setting.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
      {control === 'account' && (
        <AccountChoice {...{ own, acting, setting, value: String(value), onChange }} />
      )}
      <div className="help" id={help}>
        {meaning}
        {caution !== null && <strong className="caution"> {caution}</strong>}
      </div>
    </div>
  );
}

interface SeveralProps extends Pick<FieldProps, 'setting' | 'value' | 'onChange'> {
  help: string;
}

/** A box for each word that is offered; words that are not offered stay as they are. */
function Several({ setting, value, help, onChange }: SeveralProps) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <fieldset className="field" aria-describedby={help}>
      <legend>{setting.label}</legend>
      <div className="several">
        {setting.choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="checkbox"
              checked={chosen.includes(choice.value)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(
                  checked
                    ? [...chosen, choice.value]
                    : chosen.filter((word) => word !== choice.value),
                )
              }
            />
            {choice.label}
          </label>
        ))}
      </div>
      <div className="help" id={help}>
        {setting.meaning}
      </div>
    </fieldset>
  );
}

interface AccountProps extends Omit<FieldProps, 'value'> {
  own: { id: string; 'aria-describedby': string };
  value: string;
}

/** Accounts that fit, found by a part of their name. */
function AccountChoice({ own, acting, setting, value, onChange }: AccountProps) {
  const [text, setText] = useState('');
  const { data } = useQuery(accountsQuery(acting.id, setting.path, text.trim()));
  const found = data?.records ?? [];
  const isListed = found.some(({ recordId }) => recordId === value);
  return (
    <div className="choice">
      <select {...own} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {!isListed && <option value={value}>{setting.shown ?? 'Choose an account'}</option>}
        {found.map(({ recordId, fullName, number }) => (
          <option key={recordId} value={recordId}>
            {number === null ? pathText({ fullName }) : `${number} ${pathText({ fullName })}`}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label={`Search ${setting.label}`}
        placeholder="Search by name"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}
