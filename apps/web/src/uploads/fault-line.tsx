import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';
import { inWords, partsOf } from './option-words.js';

interface FaultLineProps {
  fault: Schemas['UploadFaultDto'];
  /** What is shown below it, such as the line of the file. */
  children?: ReactNode;
}

/** A warning or failure: its sentence with the fields of the page in place of the options of the API, how often and where first, for the codes that tell it, and last its code, which only docs and programs need. */
export function FaultLine({ fault, children }: FaultLineProps) {
  return (
    <li>
      <p>
        {partsOf(fault.message).map((part, at) =>
          typeof part === 'string' ? (
            part
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other name, and never change places
            <strong key={at}>{inWords(part)}</strong>
          ),
        )}
      </p>
      <p className="faint">
        {fault.count !== undefined && <span>{counted(fault.count, 'time')} · </span>}
        {fault.first_line !== undefined && <span>first in line {count(fault.first_line)} of the file · </span>}
        <code>{fault.code}</code>
      </p>
      {children}
    </li>
  );
}
