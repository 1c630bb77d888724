import { Answer } from './answer';
import { ErrorText } from './error-text';
import { Modal } from './modal';

interface Props {
  readonly title: string;
  readonly text: string;
  /** The label of the button that does it. */
  readonly action: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ title, text, action, isBusy, error, onConfirm, onClose }: Props) {
  return (
    <Modal className="panel" alert label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{text}</p>
      {error !== undefined && error !== null && <ErrorText error={error} />}
      <Answer onClose={onClose}>
        <button type="button" className="primary danger" disabled={isBusy} onClick={onConfirm}>
          {action}
        </button>
      </Answer>
    </Modal>
  );
}
