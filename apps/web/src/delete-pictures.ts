import { batches, byCollection } from '../logic/src/selection';
import { client } from './client';
import { CollectionsDocument, CollectionsWithSamplesDocument, DeleteImagesDocument } from './generated/operations';
import { endRound, hideDeleted, type TakenPicture, type TakeOut } from './taken-out';

const AT_ONCE = 1_000;
/** A browser sends at most 64 KiB for a page that it has left; the rest is for the query and the headers. */
const MOST_BYTES = 48 * 1024;

/** Whether a page that is being left can still send this deletion, so that it may wait until then. */
export function canWait(pictures: readonly TakenPicture[]): boolean {
  const ids = pictures.map(({ imageId }) => imageId);
  return pictures.length <= AT_ONCE && new Blob([JSON.stringify(ids)]).size <= MOST_BYTES;
}

/**
 * Deletes pictures in batches.
 * @param keepOut for good, or until the next load
 * @param onDone after each batch: how many are deleted
 */
export function deletePictures(keepOut: boolean, onDone?: (done: number) => void): TakeOut {
  return async (pictures) => {
    const deleted: TakenPicture[] = [];
    const keepalive = canWait(pictures);
    let error: Error | null = null;
    try {
      for (const [collection, group] of byCollection(pictures))
        for (const batch of batches(group, AT_ONCE)) {
          const imageIds = batch.map(({ imageId }) => imageId);
          const { data } = await client.mutate({
            mutation: DeleteImagesDocument,
            variables: { collection, imageIds, keepOut },
            context: { fetchOptions: { keepalive } },
          });
          hideDeleted(collection, batch, data?.deleteImages ?? 0);
          deleted.push(...batch);
          onDone?.(deleted.length);
        }
    } catch (reason) {
      error = reason instanceof Error ? reason : new Error(String(reason));
    }
    if (deleted.length > 0)
      await client
        .refetchQueries({ include: [CollectionsDocument, CollectionsWithSamplesDocument] })
        // The pictures are deleted all the same; the next visit has the numbers.
        .catch(() => undefined);
    endRound();
    return { deleted, error };
  };
}
