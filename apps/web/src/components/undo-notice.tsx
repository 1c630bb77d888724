import { useEffect } from 'react';

import { fill } from '../../logic/src/dictionary';
import { useLanguage } from '../language';
import { closeNotice, deleteNow, holdTimer, undo, useTakenOut } from '../taken-out';
import { ErrorReason } from './error-text';
import { CloseIcon } from './icons';
import '../styles/undo.css';

/** A deletion that can be undone, or how it ended. Its time stands still while the pointer or the focus is on it. */
export default function UndoNotice() {
  const { t, count } = useLanguage();
  const { waiting, notice } = useTakenOut();
  const isWaiting = waiting.length > 0;
  useEffect(
    () => () => {
      // The notice may be another one now, which nobody looks at.
      holdTimer(false);
    },
    [],
  );
  return (
    <div
      className="undo"
      onPointerEnter={() => {
        holdTimer(true);
      }}
      onPointerLeave={() => {
        holdTimer(false);
      }}
      onFocus={() => {
        holdTimer(true);
      }}
      onBlur={() => {
        holdTimer(false);
      }}
    >
      {notice?.kind === 'failed' && (
        <div className="undo-line" role="alert">
          <div className="undo-error">
            <b>{fill(t.deleteFailed, { count: count(notice.count) })}</b> <ErrorReason error={notice.error} />
          </div>
          <Close label={t.close} onPress={closeNotice} />
        </div>
      )}
      <p className="visually-hidden" role="status">
        {isWaiting ? fill(t.deleteWaits, { count: count(waiting.length) }) : ''}
      </p>
      {isWaiting && (
        <div className="undo-line">
          <p aria-hidden="true">{fill(t.deleteWaits, { count: count(waiting.length) })}</p>
          <button type="button" className="quiet undo-action" title={`${t.undo} (Ctrl+Z)`} onClick={undo}>
            {t.undo}
          </button>
          <Close label={t.deleteNow} onPress={deleteNow} />
        </div>
      )}
      {!isWaiting && notice?.kind === 'undone' && (
        <div className="undo-line" role="status">
          <p>{fill(t.deleteUndone, { count: count(notice.count) })}</p>
          <Close label={t.close} onPress={closeNotice} />
        </div>
      )}
    </div>
  );
}

function Close({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" className="quiet" aria-label={label} title={label} onClick={onPress}>
      <CloseIcon />
    </button>
  );
}
