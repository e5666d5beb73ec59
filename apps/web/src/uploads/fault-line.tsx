import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';

interface FaultLineProps {
  fault: Schemas['UploadFaultDto'];
  /** What is shown below it, such as the line of the file. */
  children?: ReactNode;
}

/** A warning or failure: its sentence, how often and where first, for the codes that tell it, and last its code, which only docs and programs need. */
export function FaultLine({ fault, children }: FaultLineProps) {
  return (
    <li>
      <p>{fault.message}</p>
      <p className="faint">
        {fault.count !== undefined && <span>{counted(fault.count, 'time')} · </span>}
        {fault.first_line !== undefined && <span>first in line {count(fault.first_line)} of the file · </span>}
        <code>{fault.code}</code>
      </p>
      {children}
    </li>
  );
}
