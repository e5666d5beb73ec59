import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';
import { canBeNullValue } from '../columns/column-change.js';
import { FaultLine } from '../uploads/fault-line.js';
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
  const readAsEmpty = (value: string) => {
    const { options } = chosen;
    const values = [options.null_values, listItem(value)].filter((text) => text !== '').join(',');
    onChange(withOptions(chosen, { ...options, null_values: values }));
  };
  return (
    <section className="faults" aria-labelledby="preview-warnings">
      <h3 id="preview-warnings">What to know</h3>
      <ul>
        {errors.map((fault) => (
          <FaultLine key={`${fault.code} ${fault.message}`} fault={fault}>
            <Excerpt fault={fault} lines={lines} />
          </FaultLine>
        ))}
        {nearly.map(({ key, name, would_be: wouldBe }) => (
          <li key={key}>
            <p>
              <strong>{name || key}</strong> would be {wouldBe!.type} but for {counted(wouldBe!.exceptions, 'value')}:{' '}
              row {count(wouldBe!.first.row_id)} of the table, <code>{wouldBe!.first.value}</code>
            </p>
            {canBeNullValue(wouldBe!.first.value) && (
              <button type="button" className="button" onClick={() => readAsEmpty(wouldBe!.first.value)}>
                Read {wouldBe!.first.value} as empty
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
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
