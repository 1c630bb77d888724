import { useMutation } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { AllSourcesDocument, CollectionsDocument, RemoveSourceDocument } from '../generated/operations';
import { useLanguage } from '../language';
import type { Source } from '../use-loads';
import { ConfirmDialog } from './confirm-dialog';

/** Asks before a folder and its pictures are taken out of a collection. */
export function RemoveSourceDialog({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const { t, count } = useLanguage();
  const { id, directory, collection, imageCount } = source;
  const [remove, { loading, error }] = useMutation(RemoveSourceDocument, {
    refetchQueries: [AllSourcesDocument, CollectionsDocument],
    awaitRefetchQueries: true,
    onCompleted: onClose,
  });
  return (
    <ConfirmDialog
      title={fill(t.removeSourceTitle, { directory, name: collection })}
      text={fill(t.removeSourceText, { count: count(imageCount) })}
      action={t.removeSource}
      isBusy={loading}
      error={error}
      onConfirm={() => {
        remove({ variables: { source: id, expectedCount: imageCount } }).catch(() => undefined);
      }}
      onClose={onClose}
    />
  );
}
