import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { batches, byCollection, remove, type SelectedPicture, type Selection } from '../../logic/src/selection';
import { CollectionsDocument, CollectionsWithSamplesDocument, DeleteImagesDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { Modal } from './modal';

const AT_ONCE = 1_000;

interface Props {
  readonly pictures: readonly SelectedPicture[];
  readonly title: string;
  readonly onChange: (change: (before: Selection) => Selection) => void;
  /** @param deleted the number of pictures */
  readonly onClose: (deleted: number) => void;
}

/** Asks whether pictures are deleted until the next load, or for good, and deletes them in batches. */
export function SelectionDelete({ pictures, title, onChange, onClose }: Props) {
  const { t, count } = useLanguage();
  const client = useApolloClient();
  const [total] = useState(pictures.length);
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const run = async (keepOut: boolean): Promise<void> => {
    let deleted = total - pictures.length;
    setError(null);
    setDone(deleted);
    try {
      for (const [collection, group] of byCollection(pictures))
        for (const batch of batches(group, AT_ONCE)) {
          const imageIds = batch.map(({ imageId }) => imageId);
          await client.mutate({ mutation: DeleteImagesDocument, variables: { collection, imageIds, keepOut } });
          deleted += batch.length;
          setDone(deleted);
          onChange((before) => remove(before, batch));
        }
      await client.refetchQueries({ include: [CollectionsDocument, CollectionsWithSamplesDocument] });
      onClose(deleted);
    } catch (reason) {
      setDone(null);
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    }
  };
  const isRunning = done !== null;
  const close = (): void => {
    if (!isRunning) onClose(total - pictures.length);
  };
  return (
    <Modal className="panel" alert label={title} onClose={close}>
      <h2>{title}</h2>
      <p>{t.deleteText}</p>
      {isRunning && <p role="status">{fill(t.deleteRunning, { done: count(done), total: count(total) })}</p>}
      {error && <ErrorText error={error} />}
      <div className="actions">
        <button type="button" disabled={isRunning} onClick={close}>
          {t.cancel}
        </button>
        <button type="button" disabled={isRunning} onClick={() => void run(false)}>
          {t.deleteUntilLoad}
        </button>
        <button type="button" className="primary danger" disabled={isRunning} onClick={() => void run(true)}>
          {t.deleteForGood}
        </button>
      </div>
    </Modal>
  );
}
