import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { count, counted } from '../app/format.js';

interface FaultLineProps {
  fault: Schemas['UploadFaultDto'];
  /** What is shown below it, such as the line of the file. */
  children?: ReactNode;
}

/** A warning or failure: its sentence, its code, and how often and where first, for the codes that tell it. */
export function FaultLine({ fault, children }: FaultLineProps) {
  return (
    <li>
      <p>{fault.message}</p>
      <p className="faint">
        <code>{fault.code}</code>
        {fault.count !== undefined && <span> · {counted(fault.count, 'time')}</span>}
        {fault.first_line !== undefined && <span> · first in line {count(fault.first_line)} of the file</span>}
      </p>
      {children}
    </li>
  );
}
