import { use, useState, type CSSProperties } from 'react';

import { fill } from '../../logic/src/dictionary';
import { clamp, formatScore, tileRatio } from '../../logic/src/format';
import { formatTaken } from '../../logic/src/format-date';
import { likenessOf } from '../../logic/src/likeness';
import { cutBefore, markWords } from '../../logic/src/mark-words';
import { nameAndFolder } from '../../logic/src/name-and-folder';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { useDrawnSize } from '../use-drawn-size';
import { SelectionContext } from '../use-selection';
import { CheckIcon, PictureIcon, TextIcon } from './icons';
import { MarkedLine } from './marked-line';
import { SizedPicture } from './sized-picture';

interface Props {
  readonly hit: ShownPicture;
  /** Its place in the list, counted from 0. */
  readonly index: number;
  /** Hits of several collections say which one they are of. */
  readonly namesCollection: boolean;
  readonly onOpen: () => void;
  /** Whether the Tab key leads to this tile; arrow keys lead to the others. */
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  /** In a gallery: where the picture is. There it has no line below it. */
  readonly place?: CSSProperties;
  /** Whether the line below has the cosine instead of words. */
  readonly hasNumbers?: boolean;
  /** Pictures that look the same are shown behind it, or not. */
  readonly stack?: { readonly isOpen: boolean; readonly onPress: () => void };
}

export function HitTile(props: Props) {
  const { hit, index, namesCollection, onOpen, isTabStop, onFocus, place, hasNumbers = false, stack } = props;
  const { t, language, count } = useLanguage();
  const selection = use(SelectionContext);
  const { image, similarity, collection, duplicates = [], matched } = hit;
  const line = matched?.lines[0];
  const rank = index + 1;
  const likeness = likenessOf({ relevance: hit.relevance ?? null, matched: matched ?? null });
  const named = namesCollection ? fill(t.hitOf, { imageId: image.imageId, collection }) : image.imageId;
  const label = [
    fill(similarity === null ? t.openAnyPicture : t.openRanked, { rank, imageId: named }),
    ...(line ? [fill(t.hasWords, { line: line.text })] : likeness ? [t[likeness]] : []),
    ...(duplicates.length > 0 ? [fill(t.sameCount, { count: count(duplicates.length) })] : []),
  ].join(t.listSeparator);
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [drawn, measured] = useDrawnSize();
  const sign = stack?.isOpen ? '−' : '+';
  const isSelected = selection?.has(image.id) ?? false;
  const { file, folder } = nameAndFolder(image.imageId);
  return (
    <li
      style={place ?? ratioStyle(tileRatio(image.width, image.height))}
      data-index={index}
      className={[isSelected ? 'is-selected' : '', duplicates.length > 0 ? 'has-stack' : ''].join(' ').trim()}
    >
      <div className="tile-box">
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
        </button>
        {selection && (
          <button
            type="button"
            className="tile-tick"
            tabIndex={-1}
            aria-pressed={isSelected}
            aria-label={fill(t.selectOne, { imageId: named })}
          >
            <CheckIcon />
          </button>
        )}
        {duplicates.length > 0 && stack && (
          <button
            type="button"
            className="tile-count"
            aria-expanded={stack.isOpen}
            aria-label={[
              // What is seen is a part of the name.
              sign + count(duplicates.length),
              fill(stack.isOpen ? t.closeStack : t.openStack, { count: count(duplicates.length + 1) }),
            ].join(t.listSeparator)}
            title={fill(t.sameCount, { count: count(duplicates.length) })}
            onClick={stack.onPress}
          >
            {sign + count(duplicates.length)}
          </button>
        )}
        <span className="tile-more" aria-hidden="true">
          <span>{file}</span>
          {image.takenAt !== null && <span>{formatTaken(image, language)}</span>}
          {folder !== '' && <span>{folder}</span>}
        </span>
      </div>
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
      ) : place ? null : hasNumbers && similarity !== null ? (
        <Similarity value={similarity} />
      ) : (
        <span className="likeness">
          {similarity !== null && <b>{count(rank)}</b>}
          {likeness ? (
            <span className={likeness} title={t.likeHint}>
              {t[likeness]}
            </span>
          ) : (
            image.takenAt !== null && <span>{formatTaken(image, language)}</span>
          )}
        </span>
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
