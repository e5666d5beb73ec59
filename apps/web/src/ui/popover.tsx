import { Popover as Base } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';

export interface PopoverProps {
  button: RefObject<HTMLButtonElement | null>;
  isOpen: boolean;
  onClose(): void;
}

interface Content {
  label: string;
  className: string;
  align: 'start' | 'end';
  children: ReactNode;
}

/** Stands at the button of `popover-button.tsx`, which gets the focus back. */
export const Popover = ({ button, isOpen, onClose, label, className, align, children }: PopoverProps & Content) => (
  <Base.Root
    open={isOpen}
    onOpenChange={(_, { event }) => {
      // A press on the button is for the button alone: it would close what that press has opened.
      if (!(event.target instanceof Node && button.current?.contains(event.target))) onClose();
    }}
  >
    <Base.Portal>
      <Base.Positioner className="positioner" anchor={button} sideOffset={6} align={align} collisionPadding={8}>
        <Base.Popup className={className} aria-label={label} finalFocus={button}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
);
