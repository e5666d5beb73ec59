import type { Schemas } from '../api/client.js';
import { isKeyTelling } from '../app/column-key.js';
import { count } from '../app/format.js';
import type { ChosenFile } from './chosen-file.js';
import type { DeclaredColumns } from './declared-columns.js';
import type { Preview } from './use-preview.js';

const TYPES: Schemas['ColumnType'][] = ['text', 'integer', 'number', 'boolean', 'date', 'datetime'];
const RIGHT = new Set<Schemas['ColumnType']>(['integer', 'number']);

interface PreviewTableProps {
  preview: Preview;
  chosen: ChosenFile;
  onChange(file: ChosenFile): void;
}

/** The first rows. Name and type of a column are told in its head. */
export function PreviewTable({ preview: { columns, rows }, chosen, onChange }: PreviewTableProps) {
  const declared = chosen.columns;
  const declare = (changes: Partial<DeclaredColumns>) =>
    onChange({
      ...chosen,
      columns: { ...declared, found: declared.found.length > 0 ? declared.found : columns, ...changes },
    });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="preview-scroll" aria-label="First rows" tabIndex={0}>
      <table className="preview-table">
        <thead>
          <tr>
            <th scope="col" className="faint">
              Row
            </th>
            {columns.map((column) => (
              <ColumnHead key={column.position} column={column} declared={declared} onDeclare={declare} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row_id, data }) => (
            <tr key={row_id}>
              <th scope="row">{count(row_id)}</th>
              {columns.map(({ key, type }) => (
                <td key={key} className={RIGHT.has(type) ? 'is-right' : undefined}>
                  <Cell value={data[key]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Cell = ({ value }: { value: unknown }) =>
  value === null || value === undefined ? <span className="null">empty</span> : <span>{String(value)}</span>;

interface ColumnHeadProps {
  column: Schemas['UploadColumnDto'];
  declared: DeclaredColumns;
  onDeclare(changes: Partial<DeclaredColumns>): void;
}

function ColumnHead({ column, declared, onDeclare }: ColumnHeadProps) {
  const { position, name, key, type, format } = column;
  const { found, names, types } = declared;
  const own = found.find((one) => one.position === position);
  const detected = types[position] ? own?.type : type;
  return (
    <th scope="col">
      <input
        className="column-name"
        aria-label={`Name of column ${position}`}
        autoComplete="off"
        maxLength={255}
        placeholder={own?.name ?? key}
        value={names[position] ?? name}
        onChange={({ currentTarget }) => onDeclare({ names: { ...names, [position]: currentTarget.value } })}
      />
      <select
        className="column-type"
        aria-label={`Type of column ${position}`}
        value={types[position] ?? ''}
        onChange={({ currentTarget }) => onDeclare({ types: { ...types, [position]: currentTarget.value } })}
      >
        <option value="">{detected ?? 'detected'}</option>
        {TYPES.filter((one) => one !== detected || types[position] === one).map((one) => (
          <option key={one} value={one}>
            {one}, declared
          </option>
        ))}
      </select>
      <span className="column-note">
        {types[position] && types[position] !== type
          ? `stays ${type}`
          : format !== null
            ? `as in ${format}`
            : isKeyTelling(column) && key}
      </span>
    </th>
  );
}
