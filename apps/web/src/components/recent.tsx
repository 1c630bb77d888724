import { useQuery } from '@apollo/client/react';
import type { CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { tileRatio } from '../../logic/src/format';
import { RecentDocument, type SizesFragment } from '../generated/operations';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { useDrawnSize } from '../use-drawn-size';
import { SizedPicture } from './sized-picture';

/** Enough for one row of a wide screen. */
const SHOWN = 16;

/** The pictures that were loaded last, in one row, and the way to all pictures. */
export function Recent({ collection: { name, imageCount } }: { readonly collection: Collection }) {
  const { t, count } = useLanguage();
  const { data } = useQuery(RecentDocument, {
    variables: { collection: name, first: SHOWN },
    fetchPolicy: 'cache-and-network',
  });
  const images = data?.collection?.images ?? [];
  if (imageCount === 0) return null;
  return (
    <section className="recent" aria-labelledby="recent-title">
      <div className="recent-head">
        <h2 id="recent-title">{t.recent}</h2>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            navigate({ sort: '-taken' });
          }}
        >
          {fill(t.browseAll, { count: count(imageCount) })}
        </button>
      </div>
      <ol className="recent-row">
        {images.map((image) => (
          <li key={image.id} style={{ '--ratio': tileRatio(image.width, image.height) } as CSSProperties}>
            <RecentPicture
              image={image}
              onOpen={() => {
                navigate({ sort: '-loaded', open: image.id });
              }}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface PictureProps {
  readonly image: SizesFragment & { readonly imageId: string };
  readonly onOpen: () => void;
}

function RecentPicture({ image, onOpen }: PictureProps) {
  const [drawn, measured] = useDrawnSize();
  return (
    <button
      ref={measured}
      type="button"
      className="tile"
      aria-label={image.imageId}
      title={image.imageId}
      onClick={onOpen}
    >
      <SizedPicture image={image} drawn={drawn} isTile alt="" decoding="async" />
    </button>
  );
}
