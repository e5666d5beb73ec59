import { Dialog } from '@base-ui/react/dialog';
import { session } from '../session/session.js';
import { Cross } from '../ui/icons.js';
import { tokenOf } from './curl.js';

interface CommandDialogProps {
  command: string;
  /** Null while the dialog is closed. */
  shown: { isCopied: boolean } | null;
  onClose(): void;
}

/** A request as a curl command, and how the token that it needs is got. */
export const CommandDialog = ({ command, shown, onClose }: CommandDialogProps) => (
  <Dialog.Root open={shown !== null} onOpenChange={(isOpen) => !isOpen && onClose()}>
    <Dialog.Portal>
      <Dialog.Backdrop className="backdrop" />
      <Dialog.Popup className="dialog">
        <div className="dialog-head">
          <Dialog.Title className="dialog-title">The question as a command</Dialog.Title>
          <Dialog.Close className="icon-button" aria-label="Close">
            <Cross />
          </Dialog.Close>
        </div>
        <p role="status">
          {shown?.isCopied
            ? 'It is in the clipboard.'
            : 'Browsers allow copying on https:// and localhost only. Mark it, and copy it by hand.'}
        </p>
        <pre className="file-lines">{command}</pre>
        <p>
          It takes the token of a session from <code>$TOKEN</code>. A log-in gives one; write your password into it:
        </p>
        <pre className="file-lines">{tokenOf(location.origin, session()?.email ?? 'you@example.org')}</pre>
      </Dialog.Popup>
    </Dialog.Portal>
  </Dialog.Root>
);
