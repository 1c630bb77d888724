import { useState, type CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { clamp, formatScore, tileRatio } from '../../logic/src/format';
import { formatTaken } from '../../logic/src/format-date';
import { cutBefore, markWords } from '../../logic/src/mark-words';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { useDrawnSize } from '../use-drawn-size';
import { PictureIcon, TextIcon } from './icons';
import { MarkedLine } from './marked-line';
import { SizedPicture } from './sized-picture';

interface Props {
  readonly hit: ShownPicture;
  /** Counted from 1. */
  readonly rank: number;
  /** Hits of several collections say which one they are of. */
  readonly namesCollection: boolean;
  readonly onOpen: () => void;
  /** Whether the Tab key leads to this tile; arrow keys lead to the others. */
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  /** In a gallery: where the picture is. There it has no line below it. */
  readonly place?: CSSProperties;
}

export function HitTile({ hit, rank, namesCollection, onOpen, isTabStop, onFocus, place }: Props) {
  const { t, language, count } = useLanguage();
  const { image, similarity, distance, collection, duplicates = [], matched } = hit;
  const line = matched?.lines[0];
  const named = namesCollection ? fill(t.hitOf, { imageId: image.imageId, collection }) : image.imageId;
  const label = [
    similarity === null
      ? fill(t.openAnyPicture, { rank, imageId: named })
      : fill(t.openPicture, { rank, imageId: named, similarity: formatScore(similarity) }),
    ...(line ? [fill(t.hasWords, { line: line.text })] : []),
    ...(duplicates.length > 0 ? [fill(t.sameCount, { count: count(duplicates.length) })] : []),
  ].join(t.listSeparator);
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [drawn, measured] = useDrawnSize();
  return (
    <li style={place ?? ratioStyle(tileRatio(image.width, image.height))}>
      <button
        ref={measured}
        type="button"
        className={`tile tile-${state}`}
        aria-label={label}
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
        {duplicates.length > 0 && <span className="tile-count">+{count(duplicates.length)}</span>}
        <span className="tile-more" title={distance === null ? undefined : t.distanceHint}>
          <span>{image.imageId}</span>
          {place && image.takenAt !== null && <span>{formatTaken(image, language)}</span>}
          {distance !== null && (
            <span>
              {t.distance} {formatScore(distance)}
            </span>
          )}
        </span>
      </button>
      {namesCollection && (
        <span className="hit-collection" title={collection}>
          {collection}
        </span>
      )}
      {matched && line ? (
        <span className="tile-words" title={line.text}>
          <TextIcon />
          <span>
            <MarkedLine marked={cutBefore(markWords(line.text, matched.words))} />
          </span>
        </span>
      ) : place ? null : similarity === null ? (
        <span className="similarity">{image.takenAt !== null && formatTaken(image, language)}</span>
      ) : (
        <Similarity value={similarity} />
      )}
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
