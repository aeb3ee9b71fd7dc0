import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ShownSetting } from '../../contract/customer-page.js';
import { type Acting, accountsQuery, type Change } from './customer-api.js';

/** What was changed on the page and is not saved yet, by the path of the setting. */
export type Edits = ReadonlyMap<string, boolean | string>;

interface FieldsProps {
  acting: Acting;
  settings: readonly ShownSetting[];
  edits: Edits;
  onEdit: (edits: Edits) => void;
}

export function SettingFields({ acting, settings, edits, onEdit }: FieldsProps) {
  function edit(setting: ShownSetting, value: boolean | string): void {
    const next = new Map(edits);
    if (value === (setting.value ?? '')) next.delete(setting.path);
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
  value: boolean | string;
  onChange: (value: boolean | string) => void;
}

function Field({ acting, setting, value, onChange }: FieldProps) {
  const id = useId();
  const { control, label, meaning, caution } = setting;
  const help = `${id}-help`;
  const own = { id, 'aria-describedby': help };
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
        {found.map(({ recordId, name, number }) => (
          <option key={recordId} value={recordId}>
            {number === null ? name : `${number} ${name}`}
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
