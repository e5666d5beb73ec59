import type { ReactNode } from 'react';
import { bytes, count, counted, percent } from '../app/format.js';
import { faultsOf } from '../ui/form.js';
import { Up } from '../ui/icons.js';
import { Late, Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { OptionFields } from '../uploads/option-fields.js';
import { OPTION_NAMES } from '../uploads/options.js';
import { nameOfDelimiter } from '../uploads/words.js';
import { type ChosenFile, withOptions } from './chosen-file.js';
import { detectedWords, differencesOf, isUnsure, isWorthOffering } from './dialect-words.js';
import { commentsOf, type NumberedLine } from './file-head.js';
import { PreviewTable } from './preview-table.js';
import { PreviewWarnings } from './preview-warnings.js';
import { type Preview, useLines, usePreview } from './use-preview.js';

interface PreviewPanelProps {
  chosen: ChosenFile;
  onChange(file: ChosenFile): void;
  onRemove(): void;
  onUpload(): void;
}

/** How the service would read one file, and what can be said about that. */
export function PreviewPanel({ chosen, onChange, onRemove, onUpload }: PreviewPanelProps) {
  const { preview, error, isLooking } = usePreview(chosen);
  const faults = faultsOf(error, ...OPTION_NAMES);
  return (
    <div className="preview">
      <div className="preview-head">
        <p className="preview-file">
          <strong className="file-name">{chosen.file.name}</strong>{' '}
          <span className="faint">{bytes(chosen.file.size)}</span>
        </p>
        <div className="preview-actions">
          <button type="button" className="button button-quiet" onClick={onRemove}>
            Cancel
          </button>
          <button type="button" className="button button-main" onClick={onUpload}>
            <Up /> Upload
          </button>
        </div>
      </div>
      {preview && <Verdict preview={preview} isLooking={isLooking} />}
      {preview?.dialect && <Alternatives preview={preview} chosen={chosen} onChange={onChange} />}
      {faults.rest !== null && <ProblemBox error={faults.rest} />}
      <OptionFields
        options={chosen.options}
        onChange={(options) => onChange(withOptions(chosen, options))}
        detected={preview?.dialect ? detectedWords(preview.dialect, preview.footer.length) : undefined}
        faults={faults}
      />
      {!preview && !error && <Skeleton label="The beginning of the file is being read" />}
      {preview && <Findings preview={preview} chosen={chosen} onChange={onChange} />}
    </div>
  );
}

/** What was found, in a sentence that is read out after each change. */
function Verdict({
  preview: { dialect, columns, is_whole_file },
  isLooking,
}: {
  preview: Preview;
  isLooking: boolean;
}) {
  return (
    <p className="preview-verdict" role="status">
      {dialect ? (
        <>
          {counted(columns.length, 'column')}, {nameOfDelimiter(dialect.delimiter)} between cells,{' '}
          <span className={isUnsure(dialect.confidence) ? 'unsure' : 'sure'}>{percent(dialect.confidence)} sure</span>
          {!is_whole_file && <span className="faint"> · by the first MiB of the file</span>}
        </>
      ) : (
        'No table was found in the file'
      )}
      {isLooking && (
        <Late>
          <span className="faint"> · reading it anew …</span>
        </Late>
      )}
    </p>
  );
}

interface PartProps {
  preview: Preview;
  chosen: ChosenFile;
  onChange(file: ChosenFile): void;
}

/** What the file may be instead; a click declares it. */
function Alternatives({ preview: { dialect, alternatives }, chosen, onChange }: PartProps) {
  const offered = alternatives
    .filter(({ confidence }) => isWorthOffering(confidence, dialect!.confidence))
    .map((other) => ({ ...other, differences: differencesOf(dialect!, other.dialect) }))
    .filter(({ differences }) => differences.length > 0);
  if (offered.length === 0) return null;
  return (
    <div className="alternatives">
      <span id="alternatives">It may be instead:</span>
      <ul aria-labelledby="alternatives">
        {offered.map(({ confidence, differences }) => {
          const words = differences.map((difference) => difference.words).join(', ');
          const declared = Object.fromEntries(differences.map(({ option, value }) => [option, value]));
          return (
            <li key={words}>
              <button
                type="button"
                className="alternative"
                onClick={() => onChange(withOptions(chosen, { ...chosen.options, ...declared }))}
              >
                {words} <span className="faint">{percent(confidence)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Findings({ preview, chosen, onChange }: PartProps) {
  const { dialect, preamble, footer } = preview;
  const lines = useLines(chosen, dialect?.encoding);
  const comments = commentsOf(lines, dialect?.comment ?? '');
  return (
    <>
      <PreviewWarnings preview={preview} lines={lines} chosen={chosen} onChange={onChange} />
      <Lines title="Above the table" lines={preamble} />
      {preview.columns.length > 0 && <PreviewTable preview={preview} chosen={chosen} onChange={onChange} />}
      <Lines title="Below the table" lines={footer} />
      <Lines title="Comments" lines={comments.map(numbered)} />
    </>
  );
}

const numbered = ({ number, text }: NumberedLine): string => `line ${count(number)}: ${text}`;

function Lines({ title, lines }: { title: string; lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null;
  return (
    <section className="preview-lines">
      <h3>{title}</h3>
      <pre className="file-lines">{lines.join('\n')}</pre>
    </section>
  );
}
