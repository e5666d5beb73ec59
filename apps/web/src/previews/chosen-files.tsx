import '../styles/previews.css';
import { useEffect, useRef, useState } from 'react';
import { bytes } from '../app/format.js';
import { Cross, Up } from '../ui/icons.js';
import type { ChosenFile } from './chosen-file.js';
import { PreviewPanel } from './preview-panel.js';

interface ChosenFilesProps {
  files: readonly ChosenFile[];
  onChange(file: ChosenFile): void;
  onRemove(id: string): void;
  onUpload(files: readonly ChosenFile[]): void;
}

/** The chosen files, and how the service would read one of them. Nothing is stored before `Upload` is pressed. */
export function ChosenFiles({ files, onChange, onRemove, onUpload }: ChosenFilesProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [shownId, show] = useState<string | null>(null);
  const shown = files.find(({ id }) => id === shownId) ?? files[0]!;
  // Who chose a file goes on where it is shown.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="chosen" aria-labelledby="chosen-heading">
      <div className="chosen-head">
        <h2 id="chosen-heading" ref={heading} tabIndex={-1}>
          Preview: nothing is stored yet
        </h2>
        {files.length > 1 && (
          <button type="button" className="button" onClick={() => onUpload(files)}>
            <Up /> Upload all {files.length} files
          </button>
        )}
      </div>
      {files.length > 1 && (
        <ul className="chosen-list" aria-label="Chosen files">
          {files.map(({ id, file }) => (
            <li key={id} className={id === shown.id ? 'chosen-line is-shown' : 'chosen-line'}>
              <button type="button" className="chosen-name" aria-pressed={id === shown.id} onClick={() => show(id)}>
                <span className="file-name">{file.name}</span> <span className="faint">{bytes(file.size)}</span>
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={`Do not upload ${file.name}`}
                onClick={() => onRemove(id)}
              >
                <Cross />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PreviewPanel
        key={shown.id}
        chosen={shown}
        onChange={onChange}
        onRemove={() => onRemove(shown.id)}
        onUpload={() => onUpload([shown])}
      />
    </section>
  );
}
