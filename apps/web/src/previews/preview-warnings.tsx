import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';
import { canBeNullValue } from '../columns/column-change.js';
import { FaultLine } from '../uploads/fault-line.js';
import { offersOf } from '../uploads/option-words.js';
import type { Options } from '../uploads/options.js';
import { type ChosenFile, withOptions } from './chosen-file.js';
import { listItem } from './declared-columns.js';
import { lineOf } from './file-head.js';
import type { Preview } from './use-preview.js';

interface PreviewWarningsProps {
  preview: Preview;
  /** Of the file's head; empty when the browser cannot read it. */
  lines: readonly string[];
  chosen: ChosenFile;
  onChange(file: ChosenFile): void;
}

/** What would be guessed, left out or refused, each with the line of the file that it is about. */
export function PreviewWarnings({ preview: { errors, columns }, lines, chosen, onChange }: PreviewWarningsProps) {
  const nearly = columns.filter(({ would_be }) => would_be !== null);
  if (errors.length === 0 && nearly.length === 0) return null;
  // Of a longer file a warning tells such a column already.
  const untold = nearly.filter(({ key }) => !errors.some(({ column }) => column === key));
  const declare = (options: Partial<Options>) => onChange(withOptions(chosen, { ...chosen.options, ...options }));
  const readAsEmpty = (value: string) => {
    const { options } = chosen;
    const values = [options.null_values, listItem(value)].filter((text) => text !== '').join(',');
    declare({ null_values: values });
  };
  return (
    <section className="faults" aria-labelledby="preview-warnings">
      <h3 id="preview-warnings">What to know</h3>
      <ul>
        {errors.map((fault) => (
          <FaultLine key={`${fault.code} ${fault.message}`} fault={fault}>
            <Excerpt fault={fault} lines={lines} />
            <Offers message={fault.message} onOffer={declare} />
            <ReadAsEmpty column={nearly.find(({ key }) => key === fault.column)} onRead={readAsEmpty} />
          </FaultLine>
        ))}
        {untold.map((column) => (
          <li key={column.key}>
            <p>
              <strong>{column.name || column.key}</strong> would be {column.would_be!.type} but for{' '}
              {counted(column.would_be!.exceptions, 'value')}: row {count(column.would_be!.first.row_id)} of the table,{' '}
              <code>{column.would_be!.first.value}</code>
            </p>
            {column.would_be!.skip_footer !== undefined && (
              <Offers message={`skip_footer=${column.would_be!.skip_footer}`} onOffer={declare} />
            )}
            <ReadAsEmpty column={column} onRead={readAsEmpty} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface OffersProps {
  message: string;
  onOffer(options: Partial<Options>): void;
}

/** Sets the options that a warning proposes, so that nobody has to look for their fields. */
const Offers = ({ message, onOffer }: OffersProps) =>
  offersOf(message).map(({ words, options }) => (
    <button key={words} type="button" className="button" onClick={() => onOffer(options)}>
      {words}
    </button>
  ));

interface ReadAsEmptyProps {
  column: Preview['columns'][number] | undefined;
  onRead(value: string): void;
}

/** Offers to take the first value of another type for an empty cell. */
function ReadAsEmpty({ column, onRead }: ReadAsEmptyProps) {
  const value = column?.would_be?.first.value;
  if (value === undefined || !canBeNullValue(value)) return null;
  return (
    <button type="button" className="button" onClick={() => onRead(value)}>
      Read {value} as empty
    </button>
  );
}

/** The line itself. */
function Excerpt({ fault, lines }: { fault: Schemas['UploadFaultDto']; lines: readonly string[] }) {
  const line = fault.first_line === undefined ? null : lineOf(lines, fault.first_line);
  if (!line) return null;
  return (
    <pre className="excerpt">
      <span className="excerpt-number">line {count(line.number)}</span>
      {line.text}
    </pre>
  );
}
