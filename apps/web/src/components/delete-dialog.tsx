import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { canWait, deletePictures } from '../delete-pictures';
import { useLanguage } from '../language';
import { deleteLater, type TakenPicture } from '../taken-out';
import { ErrorText } from './error-text';
import { Modal } from './modal';

interface Props {
  readonly pictures: readonly TakenPicture[];
  readonly title: string;
  /** These pictures are not shown any more. */
  readonly onHidden: (pictures: readonly TakenPicture[]) => void;
  readonly onClose: () => void;
}

/**
 * Asks whether pictures are deleted until the next load, or for good. They are hidden at once and deleted when the time
 * to undo it is over. A deletion that is too large to be sent by a page that is left is made at once.
 */
export function DeleteDialog({ pictures: asked, title, onHidden, onClose }: Props) {
  const { t, count } = useLanguage();
  // Those that are deleted leave the list of the parent.
  const [pictures] = useState(asked);
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const isRunning = done !== null;
  const mayWait = canWait(pictures);
  const act = (keepOut: boolean) => (): void => {
    if (mayWait) {
      onHidden(pictures);
      deleteLater(pictures, deletePictures(keepOut));
      onClose();
      return;
    }
    setError(null);
    setDone(0);
    void deletePictures(
      keepOut,
      setDone,
    )(pictures).then((result) => {
      onHidden(result.deleted);
      setDone(null);
      setError(result.error);
      if (result.error === null) onClose();
    });
  };
  const close = (): void => {
    if (!isRunning) onClose();
  };
  return (
    <Modal className="panel" alert label={title} onClose={close}>
      <h2>{title}</h2>
      <p>{t.deleteText}</p>
      {!mayWait && <p>{t.deleteNoUndo}</p>}
      {isRunning && <p role="status">{fill(t.deleteRunning, { done: count(done), total: count(pictures.length) })}</p>}
      {error && <ErrorText error={error} />}
      <div className="actions">
        <button type="button" disabled={isRunning} onClick={close}>
          {t.cancel}
        </button>
        <button type="button" disabled={isRunning} onClick={act(false)}>
          {t.deleteUntilLoad}
        </button>
        <button type="button" className="primary danger" disabled={isRunning} onClick={act(true)}>
          {t.deleteForGood}
        </button>
      </div>
    </Modal>
  );
}
