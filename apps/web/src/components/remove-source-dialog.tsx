import { useMutation } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { AllSourcesDocument, CollectionsDocument, RemoveSourceDocument } from '../generated/operations';
import { useLanguage } from '../language';
import type { Source } from '../use-loads';
import { Answer } from './answer';
import { ErrorText } from './error-text';
import { Modal } from './modal';

/** Asks before a folder and its pictures are taken out of a collection. */
export function RemoveSourceDialog({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const { t, count } = useLanguage();
  const { id, directory, collection, imageCount } = source;
  const [remove, { loading, error }] = useMutation(RemoveSourceDocument, {
    refetchQueries: [AllSourcesDocument, CollectionsDocument],
    awaitRefetchQueries: true,
    onCompleted: onClose,
  });
  const title = fill(t.removeSourceTitle, { directory, name: collection });
  return (
    <Modal className="panel" alert label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{fill(t.removeSourceText, { count: count(imageCount) })}</p>
      {error && <ErrorText error={error} />}
      <Answer onClose={onClose}>
        <button
          type="button"
          className="primary danger"
          disabled={loading}
          onClick={() => {
            remove({ variables: { source: id, expectedCount: imageCount } }).catch(() => undefined);
          }}
        >
          {t.removeSource}
        </button>
      </Answer>
    </Modal>
  );
}
