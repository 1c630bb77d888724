import { useMutation } from '@apollo/client/react';

import { CollectionsDocument, CollectionsWithSamplesDocument, DeleteImagesDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { Modal } from './modal';

interface Props {
  readonly collection: string;
  readonly imageIds: readonly string[];
  readonly title: string;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}

/** Asks whether pictures are deleted until the next load, or for good. */
export function DeleteImageDialog({ collection, imageIds, title, onDeleted, onClose }: Props) {
  const { t } = useLanguage();
  const [remove, { loading, error }] = useMutation(DeleteImagesDocument, {
    refetchQueries: [CollectionsDocument, CollectionsWithSamplesDocument],
    awaitRefetchQueries: true,
    onCompleted: onDeleted,
  });
  const act = (keepOut: boolean) => () => {
    remove({ variables: { collection, imageIds, keepOut } }).catch(() => undefined);
  };
  return (
    <Modal className="panel" alert label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{t.deleteText}</p>
      {error && <ErrorText error={error} />}
      <div className="actions">
        <button type="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" disabled={loading} onClick={act(false)}>
          {t.deleteUntilLoad}
        </button>
        <button type="button" className="primary danger" disabled={loading} onClick={act(true)}>
          {t.deleteForGood}
        </button>
      </div>
    </Modal>
  );
}
