import { useMutation, useQuery } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { formatDay } from '../../logic/src/format-date';
import { AllowImagesDocument, CollectionsWithSamplesDocument, KeptOutDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { Modal } from './modal';

/** The pictures that were deleted for good, newest first, each with the way back. */
export function KeptOutDialog({ collection, onClose }: { readonly collection: string; readonly onClose: () => void }) {
  const { t, language } = useLanguage();
  const { data, error, loading, fetchMore } = useQuery(KeptOutDocument, {
    variables: { collection },
    fetchPolicy: 'network-only',
  });
  const [allow, allowing] = useMutation(AllowImagesDocument, {
    refetchQueries: [KeptOutDocument, CollectionsWithSamplesDocument],
    awaitRefetchQueries: true,
  });
  const page = data?.collection?.keptOutImages;
  const title = fill(t.keptOutTitle, { name: collection });
  const failure = allowing.error ?? error;
  return (
    <Modal className="panel" label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>{t.keptOutText}</p>
      {failure && <ErrorText error={failure} />}
      {page?.edges.length === 0 && <p role="status">{t.keptOutNone}</p>}
      <ul className="kept-out" aria-label={title}>
        {page?.edges.map(({ cursor, node: { imageId, keptOutAt } }) => (
          <li key={cursor}>
            <span>
              <b>{imageId}</b> {formatDay(keptOutAt, language)}
            </span>
            <button
              type="button"
              disabled={allowing.loading}
              aria-label={`${t.keptOutAllow}: ${imageId}`}
              onClick={() => {
                allow({ variables: { collection, imageIds: [imageId] } }).catch(() => undefined);
              }}
            >
              {t.keptOutAllow}
            </button>
          </li>
        ))}
      </ul>
      {page?.pageInfo.hasNextPage && (
        <div className="actions">
          <button
            type="button"
            disabled={loading}
            onClick={() => {
              fetchMore({ variables: { after: page.pageInfo.endCursor } }).catch(() => undefined);
            }}
          >
            {t.more}
          </button>
        </div>
      )}
    </Modal>
  );
}
