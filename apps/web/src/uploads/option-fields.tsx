import { useId, useState } from 'react';
import { type Choice, type OptionField, OTHER_FIELDS, USUAL_FIELDS } from './option-choices.js';
import { type OptionName, type Options, sentOptions } from './options.js';

interface OptionFieldsProps {
  options: Options;
  onChange(options: Options): void;
  /** What was found out, in words, for options that are left to detection. */
  detected?: Partial<Record<OptionName, string>>;
  /** What is wrong with an option; completes the sentence that begins with its label. */
  faults?: Record<string, unknown>;
}

/** An input for each option: the usual ones, and the others behind a click. */
export function OptionFields(props: OptionFieldsProps) {
  const isSaid = OTHER_FIELDS.some(({ name }) => name in sentOptions(props.options));
  const [isOpen, setOpen] = useState(isSaid);
  return (
    <>
      <div className="option-fields">
        {USUAL_FIELDS.map((field) => (
          <OneOption key={field.name} field={field} {...props} />
        ))}
      </div>
      <details
        className="more-options"
        open={isOpen || isSaid}
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary>More options</summary>
        <div className="option-fields">
          {OTHER_FIELDS.map((field) => (
            <OneOption key={field.name} field={field} {...props} />
          ))}
        </div>
      </details>
    </>
  );
}

function OneOption({ field, options, onChange, detected, faults }: OptionFieldsProps & { field: OptionField }) {
  const id = useId();
  const { name, label, choices } = field;
  const found = detected?.[name];
  const fault = faults?.[name];
  const shared = {
    id,
    'aria-describedby': fault ? `${id}-fault` : undefined,
    'aria-invalid': fault ? true : undefined,
  } as const;
  const set = (value: string) => onChange({ ...options, [name]: value });
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {choices ? (
        <ChoiceInput {...shared} field={field} choices={choices} found={found} value={options[name]} onValue={set} />
      ) : (
        <>
          <input
            {...shared}
            autoComplete="off"
            placeholder={found ? `${found} · detected` : field.placeholder}
            value={options[name]}
            {...(field.isNumber && { inputMode: 'numeric' })}
            {...(field.proposals && { list: `${id}-proposals` })}
            onChange={({ currentTarget }) => set(currentTarget.value)}
          />
          {field.proposals && (
            <datalist id={`${id}-proposals`}>
              {field.proposals.map((proposal) => (
                <option key={proposal} value={proposal} />
              ))}
            </datalist>
          )}
        </>
      )}
      {fault ? (
        <p className="field-error" id={`${id}-fault`}>
          {label} {String(fault)}
        </p>
      ) : null}
    </div>
  );
}

interface ChoiceInputProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  field: OptionField;
  choices: readonly Choice[];
  found: string | undefined;
  value: string;
  onValue(value: string): void;
}

const OTHER = '\0other';

function ChoiceInput({ field, choices, found, value, onValue, ...shared }: ChoiceInputProps) {
  const isListed = choices.some(([choice]) => choice === value);
  const [isTyped, setTyped] = useState(false);
  const isOther = field.canBeOther === true && !isListed && (isTyped || value !== '');
  const choose = (chosen: string) => {
    setTyped(chosen === OTHER);
    onValue(chosen === OTHER ? '' : chosen);
  };
  return (
    <>
      <select {...shared} value={isOther ? OTHER : value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">{found ? `${found} · detected` : 'detected'}</option>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
        {field.canBeOther && <option value={OTHER}>another …</option>}
        {!field.canBeOther && value !== '' && !isListed && <option value={value}>{value}</option>}
      </select>
      {isOther && (
        <input
          aria-label={`${field.label}, another`}
          aria-describedby={shared['aria-describedby']}
          autoComplete="off"
          value={value}
          onChange={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </>
  );
}
