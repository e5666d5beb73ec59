import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactElement, ReactNode } from 'react';

interface ConfirmProps {
  /** The button that opens the question. */
  trigger: ReactElement;
  title: string;
  children: ReactNode;
  /** The label of the button that confirms. */
  action: string;
  onConfirm(): void;
}

/** Asks before something that cannot be undone. */
export const Confirm = ({ trigger, title, children, action, onConfirm }: ConfirmProps) => (
  <AlertDialog.Root>
    <AlertDialog.Trigger render={trigger} />
    <AlertDialog.Portal>
      <AlertDialog.Backdrop className="backdrop" />
      <AlertDialog.Popup className="dialog dialog-small">
        <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
        <AlertDialog.Description render={<div />}>{children}</AlertDialog.Description>
        <div className="dialog-actions">
          <AlertDialog.Close className="button">Keep</AlertDialog.Close>
          <AlertDialog.Close className="button button-danger" onClick={onConfirm}>
            {action}
          </AlertDialog.Close>
        </div>
      </AlertDialog.Popup>
    </AlertDialog.Portal>
  </AlertDialog.Root>
);
