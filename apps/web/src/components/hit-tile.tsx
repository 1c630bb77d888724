import { useState, type CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { clamp, formatScore, tileRatio } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { HitFragment } from '../generated/operations';
import { useDrawnSize } from '../use-drawn-size';
import { PictureIcon } from './icons';
import { SizedPicture } from './sized-picture';

interface Props {
  readonly hit: HitFragment;
  /** Counted from 1. */
  readonly rank: number;
  readonly onOpen: () => void;
  /** Whether the Tab key leads to this tile; arrow keys lead to the others. */
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
}

export function HitTile({ hit, rank, onOpen, isTabStop, onFocus }: Props) {
  const { t } = useLanguage();
  const { image, similarity, distance } = hit;
  const score = formatScore(similarity);
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [drawn, measured] = useDrawnSize();
  return (
    <li style={ratioStyle(tileRatio(image.width, image.height))}>
      <button
        ref={measured}
        type="button"
        className={`tile tile-${state}`}
        aria-label={fill(t.openPicture, { rank, imageId: image.imageId, similarity: score })}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={onFocus}
        onClick={onOpen}
      >
        {state === 'broken' ? (
          <span className="tile-missing">
            <PictureIcon />
            {t.noPicture}
          </span>
        ) : (
          <SizedPicture
            image={image}
            drawn={drawn}
            isTile
            alt=""
            loading={rank > 12 ? 'lazy' : 'eager'}
            decoding="async"
            onLoad={() => {
              setState('shown');
            }}
            onError={() => {
              setState('broken');
            }}
          />
        )}
        <span className="tile-more" title={t.distanceHint}>
          <span>{image.imageId}</span>
          <span>
            {t.distance} {formatScore(distance)}
          </span>
        </span>
      </button>
      <Similarity value={similarity} />
    </li>
  );
}

export function Similarity({ value }: { readonly value: number }) {
  const { t } = useLanguage();
  return (
    <span className="similarity" title={`${t.similarity} ${formatScore(value)} · ${t.similarityHint}`}>
      <span className="bar" style={shareStyle(clamp(value, 0, 1))} />
      {formatScore(value)}
    </span>
  );
}

// The shapes of ordinary photos, so that the waiting page looks like results.
const SHAPES = [1.5, 1, 0.75, 1.33, 1.78, 0.8, 1.2, 1.5];

export function SkeletonTiles({ count }: { readonly count: number }) {
  return Array.from({ length: count }, (_, index) => (
    <li key={`skeleton-${index}`} aria-hidden="true" style={ratioStyle(SHAPES[index % SHAPES.length] ?? 1)}>
      <span className="tile tile-skeleton" />
      <span className="similarity" />
    </li>
  ));
}

const ratioStyle = (ratio: number) => ({ '--ratio': ratio }) as CSSProperties;
export const shareStyle = (share: number) => ({ '--share': share }) as CSSProperties;
