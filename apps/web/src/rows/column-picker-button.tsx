import { lazy, useState } from 'react';
import { Columns } from '../ui/icons.js';
import { PopoverButton } from '../ui/popover-button.js';
import type { ColumnPickerProps } from './column-picker.js';

const load = () => import('./column-picker.js');
const ColumnPicker = lazy(async () => ({ default: (await load()).ColumnPicker }));

/** Opens the list of columns. It is not named `Columns`, as the view of their values is. */
export function ColumnPickerButton(props: ColumnPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const { columns, shown } = props;
  return (
    <PopoverButton
      className="button button-quiet"
      isOpen={isOpen}
      onOpenChange={setOpen}
      onNear={load}
      popover={(button) => <ColumnPicker {...props} button={button} isOpen={isOpen} onClose={() => setOpen(false)} />}
    >
      <Columns /> Columns shown{' '}
      {shown.length < columns.length && <span className="faint">{`${shown.length} of ${columns.length}`}</span>}
    </PopoverButton>
  );
}
