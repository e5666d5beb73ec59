import { Popover as Base } from '@base-ui/react/popover';
import { type ReactNode, type RefObject, useRef } from 'react';

export interface PopoverProps {
  button: RefObject<HTMLButtonElement | null>;
  isOpen: boolean;
  onClose(): void;
}

interface Content {
  label: string;
  className: string;
  align: 'start' | 'end';
  /** The selector of what has the focus at first; the first control where it is left out, or nothing is found. */
  first?: string | undefined;
  children: ReactNode;
}

/** Stands at the button of `popover-button.tsx`, which gets the focus back. */
export function Popover({ button, isOpen, onClose, label, className, align, first, children }: PopoverProps & Content) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={isOpen}
      onOpenChange={(_, { event }) => {
        // A press on the button is for the button alone: it would close what that press has opened.
        if (!(event.target instanceof Node && button.current?.contains(event.target))) onClose();
      }}
    >
      <Base.Portal>
        <Base.Positioner className="positioner" anchor={button} sideOffset={6} align={align} collisionPadding={8}>
          <Base.Popup
            ref={popup}
            className={className}
            aria-label={label}
            initialFocus={() => (first && popup.current?.querySelector<HTMLElement>(first)) || true}
            finalFocus={button}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
