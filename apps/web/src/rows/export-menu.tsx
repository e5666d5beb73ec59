import { Menu } from '@base-ui/react/menu';
import { lazy, useState } from 'react';
import type { RowsSearch } from '../app/router.js';
import { Download } from '../ui/icons.js';
import { Opened } from '../ui/opened.js';
import { saveAs } from '../ui/save-file.js';
import { tellProblem } from '../ui/toaster.js';
import { curlOf } from './curl.js';
import { queryOf } from './use-rows.js';

const CommandDialog = lazy(async () => ({ default: (await import('./command-dialog.js')).CommandDialog }));

const FORMATS: [label: string, extension: string, parameters: Record<string, string>][] = [
  ['CSV, exactly as in the file', 'csv', { format: 'csv' }],
  ['CSV for a spreadsheet', 'csv', { format: 'csv', escape_formulas: 'true' }],
  ['NDJSON, an object in each line', 'ndjson', { format: 'ndjson' }],
];

interface ExportMenuProps {
  id: string;
  /** Of the file. */
  name: string;
  search: RowsSearch;
}

/** Exports the matching rows as a file, or shows the request as a curl command. */
export function ExportMenu({ id, name, search }: ExportMenuProps) {
  const [command, setCommand] = useState<{ isCopied: boolean } | null>(null);
  const save = (extension: string, parameters: Record<string, string>) => {
    const given = Object.entries(queryOf(search)).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const query = new URLSearchParams([...given, ...Object.entries(parameters)]);
    saveAs(`${name.replace(/\.[^.]*$/, '')}.${extension}`, `/api/v1/csv-data/uploads/${id}/export/?${query}`).catch(
      (error: unknown) => tellProblem('Not saved', error),
    );
  };
  const curl = curlOf(location.origin, id, search);
  const copy = () =>
    // Browsers allow the use of the clipboard on https:// and localhost only.
    (navigator.clipboard?.writeText(curl) ?? Promise.reject()).then(
      () => setCommand({ isCopied: true }),
      () => setCommand({ isCopied: false }),
    );
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="button button-quiet">
          <Download /> Export
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="positioner" sideOffset={6} align="end">
            <Menu.Popup className="menu">
              <p className="menu-label">All matching rows</p>
              {FORMATS.map(([label, extension, parameters]) => (
                <Menu.Item key={label} className="menu-item" onClick={() => save(extension, parameters)}>
                  {label}
                </Menu.Item>
              ))}
              <Menu.Separator className="menu-line" />
              <Menu.Item className="menu-item" onClick={copy}>
                Copy as curl
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Opened when={command !== null}>
        <CommandDialog command={curl} shown={command} onClose={() => setCommand(null)} />
      </Opened>
    </>
  );
}
