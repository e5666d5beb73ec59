import { type DragEvent, useRef, useState } from 'react';
import { Up } from '../ui/icons.js';

/** Takes files by dropping them, or by choosing them in a dialog. */
export function DropZone({ onFiles }: { onFiles(files: File[]): void }) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className={isOver ? 'drop-zone is-over' : 'drop-zone'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>
        <strong>Drop CSV files here</strong>
      </p>
      <p className="faint">Any delimiter and encoding, also gzipped. Your files are not changed.</p>
      <input
        ref={input}
        type="file"
        multiple
        className="visually-hidden"
        tabIndex={-1}
        aria-label="CSV files"
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) onFiles([...currentTarget.files]);
          currentTarget.value = '';
        }}
      />
      <button type="button" className="button button-main" onClick={() => input.current?.click()}>
        <Up /> Choose files
      </button>
    </div>
  );
}
