import type { ReactNode } from 'react';

import { useLanguage } from '../language';

interface Props {
  readonly onClose: () => void;
  /** The button that does it. */
  readonly children: ReactNode;
}

/** The buttons of a dialog that asks: cancel, and the given one. */
export function Answer({ onClose, children }: Props) {
  const { t } = useLanguage();
  return (
    <div className="actions">
      <button type="button" onClick={onClose}>
        {t.cancel}
      </button>
      {children}
    </div>
  );
}
