import type { KeyboardEvent, ReactNode } from 'react';
import { Dialog, Modal as AriaModal, ModalOverlay } from 'react-aria-components';

import { useLanguage } from '../language';
import { CloseIcon } from './icons';

interface Props {
  readonly className: string;
  readonly label: string;
  /** An alert asks a question that must be answered. */
  readonly alert?: boolean;
  /** Default: true. False: the content has a button that closes it. */
  readonly hasCloseButton?: boolean;
  /** Called for Escape, the button, and a press beside the dialog. */
  readonly onClose: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
}

/** Keeps the focus inside the dialog, returns it afterwards, and hides the page below from screen readers. */
export function Modal({ className, label, alert = false, hasCloseButton = true, ...rest }: Props) {
  const { onClose, onKeyDown, children } = rest;
  const { t } = useLanguage();
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className="overlay"
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <AriaModal className={`modal ${className}`}>
        {/* The focus is first on the dialog itself, so the scope is around it. */}
        <div className="dialog-keys" onKeyDown={onKeyDown}>
          <Dialog className="dialog" role={alert ? 'alertdialog' : 'dialog'} aria-label={label}>
            <div className="dialog-body">
              {children}
              {hasCloseButton && (
                <button type="button" className="dialog-close" aria-label={t.close} title={t.close} onClick={onClose}>
                  <CloseIcon />
                </button>
              )}
            </div>
          </Dialog>
        </div>
      </AriaModal>
    </ModalOverlay>
  );
}
