import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';

import { useLanguage } from '../language';
import { CloseIcon } from './icons';

interface Props {
  readonly className: string;
  readonly label: string;
  /** After the dialog has closed, by whatever means: Escape, the button, a click beside it. */
  readonly onClose: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

export function Modal({ className, label, onClose, onKeyDown, children }: Props) {
  const { t } = useLanguage();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  const close = () => ref.current?.close();
  return (
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        // The dialog is filled by its content: what hits the element itself hit the backdrop.
        if (event.target === event.currentTarget) close();
      }}
    >
      <div className="dialog-body">
        {children}
        <button type="button" className="dialog-close" aria-label={t.close} title={t.close} onClick={close}>
          <CloseIcon />
        </button>
      </div>
    </dialog>
  );
}
