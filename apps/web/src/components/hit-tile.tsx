import { useState, type CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { clamp, formatScore, tileRatio } from '../../logic/src/format';
import { tileOffers } from '../../logic/src/tile-picture';
import { useLanguage } from '../language';
import type { HitFragment } from '../generated/operations';
import { PictureIcon } from './icons';

interface Props {
  readonly hit: HitFragment;
  /** From 1. */
  readonly rank: number;
  readonly onOpen: () => void;
  /** Whether the Tab key leads here; arrows lead on from there. */
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
}

export function HitTile({ hit, rank, onOpen, isTabStop, onFocus }: Props) {
  const { t } = useLanguage();
  const { image, similarity, distance } = hit;
  const score = formatScore(similarity);
  const [small, large] = tileOffers(image);
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  return (
    <li style={ratioStyle(tileRatio(image.width, image.height))}>
      <button
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
          <img
            src={small.url}
            srcSet={`${small.url} ${small.width}w, ${large.url} ${large.width}w`}
            sizes="(max-width: 40rem) 50vw, max(20rem, 14vw)"
            width={image.width}
            height={image.height}
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

// The shapes of ordinary photographs, so that the page does not look like a form while it waits.
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
