import { useQuery } from '@apollo/client/react';
import { useState, type CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { tileRatio } from '../../logic/src/format';
import { recentCount } from '../../logic/src/recent-count';
import { RecentDocument, type TileSizesFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { useTakenOut } from '../taken-out';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { useDrawnSize } from '../use-drawn-size';
import { SizedPicture } from './sized-picture';

/** The pictures that were loaded last, in a few rows, and the way to all pictures. */
export function Recent({ collection: { name, imageCount } }: { readonly collection: Collection }) {
  const { t, count } = useLanguage();
  const [first] = useState(() => recentCount(innerWidth, innerHeight));
  const { data } = useQuery(RecentDocument, {
    variables: { collection: name, first },
    fetchPolicy: 'cache-and-network',
  });
  const { hidden } = useTakenOut();
  const images = (data?.collection?.images ?? []).filter(({ id }) => !hidden.has(id));
  if (imageCount === 0) return null;
  return (
    <section className="home-part" aria-labelledby="recent-title">
      <div className="home-head">
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
      <ol className={imageCount < first ? 'recent-row' : 'recent-row recent-full'}>
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
  readonly image: TileSizesFragment & { readonly imageId: string };
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
