import { skipToken, useQuery } from '@apollo/client/react';

import { SimilarToDocument, type SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { CloseIcon } from './icons';

interface Props {
  readonly query: SearchQuery;
  readonly collection: string | null;
  /** Ends the search by a picture of the user. */
  readonly onClear: () => void;
}

/** The picture that results are similar to, with the way to a search without it. */
export default function SearchedPicture({ query: { imageId, picture }, collection, onClear }: Props) {
  const { t } = useLanguage();
  const { data } = useQuery(
    SimilarToDocument,
    imageId === undefined || imageId === null ? skipToken : { variables: { collection, imageId } },
  );
  const image = data?.image;
  const source = typeof picture === 'string' ? `data:image/jpeg;base64,${picture}` : image?.thumbnail;
  if (source === undefined && !imageId) return null;
  return (
    <div className="searched">
      {source === undefined ? (
        <span className="searched-none tile-skeleton" />
      ) : image ? (
        <button
          type="button"
          className="searched-open"
          aria-label={image.imageId}
          title={image.imageId}
          onClick={() => {
            navigate({ open: image.id });
          }}
        >
          <img src={source} alt="" />
        </button>
      ) : (
        <img src={source} alt={t.searchedPicture} />
      )}
      <p>
        <b>{t.similarHead}</b>
        {image && <small>{image.imageId}</small>}
      </p>
      <button
        type="button"
        className="quiet"
        aria-label={t.similarEnd}
        title={t.similarEnd}
        onClick={() => {
          if (imageId) navigate({ like: null });
          else onClear();
        }}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
