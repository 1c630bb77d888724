import { useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties } from 'react';

import { tileRatio } from '../../logic/src/format';
import {
  CHUNK,
  chunkAt,
  chunksBetween,
  estimatedHeight,
  heightOf,
  layOut,
  topsOf,
  type Box,
  type ChunkLayout,
  type Measures,
} from '../../logic/src/gallery';
import type { PictureFragment } from '../generated/operations';
import { useLanguage } from '../language';
import type { Chunks } from '../use-chunks';
import { moveFocus } from '../move-focus';
import { useDrawnSize } from '../use-drawn-size';
import { useTakenOut } from '../taken-out';
import { useFollow } from '../use-follow';
import { ErrorText } from './error-text';
import { HitTile } from './hit-tile';
import { Rail, type RailMonths } from './rail';

interface Props {
  readonly collection: string;
  readonly total: number;
  readonly chunks: Chunks;
  /** What a picture is shown below; null: the list has no headings. */
  readonly labelOf: ((image: PictureFragment) => string | null) | null;
  /** The heading of a label. */
  readonly headOf: (label: string) => string;
  /** Null: the list is not in the order of time. */
  readonly months: RailMonths | null;
  /** The index of the picture that is open; null: none. */
  readonly shown: number | null;
  readonly onOpen: (index: number) => void;
}

/** How far above and below the window pictures are ready, in window heights. */
const AHEAD = 1;

/**
 * All pictures of a long list in rows that fill the width. Only those near the window are in the page. Parts that were
 * never seen have estimated heights; when they turn out to be different, what is seen stays where it is.
 */
export function Gallery({ collection, total, chunks, labelOf, headOf, months, shown, onOpen }: Props) {
  const { t } = useLanguage();
  const [size, measured] = useDrawnSize();
  const [view, setView] = useState({ top: 0, height: innerHeight });
  const [tabStop, setTabStop] = useState(0);
  const root = useRef<HTMLElement | null>(null);
  const width = size?.width ?? 0;
  const measures = useMemo(() => measuresOf(width), [width]);
  const layouts = useLayouts(total, chunks, labelOf, measures);
  const tops = topsOf(
    layouts.map((layout, chunk) => layout?.height ?? estimatedHeight(sizeOf(chunk, total), measures)),
  );
  const height = tops.at(-1) ?? 0;
  const seen = chunksBetween(tops, view.top - AHEAD * view.height, view.top + (1 + AHEAD) * view.height);
  useSteadyScroll(root, tops);
  useFollow({ root, shown, tops, layouts, total });
  useEffect(() => {
    const look = (): void => {
      const top = -(root.current?.getBoundingClientRect().top ?? 0);
      setView((before) =>
        Math.abs(before.top - top) < before.height / 4 && before.height === innerHeight
          ? before
          : { top, height: innerHeight },
      );
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, []);
  const visible = seen.join();
  useEffect(() => {
    // What is in the window first.
    const first = chunkAt(tops, view.top);
    chunks.want([...seen].sort((a, b) => Math.abs(a - first) - Math.abs(b - first)));
  }, [visible, chunks.error]);

  const scrollTo = (index: number): void => {
    const above = (root.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    window.scrollTo(0, index === 0 ? 0 : above + heightOf(tops, index, total) - measures.headHeight);
  };
  return (
    <section
      className="grid gallery"
      aria-label={t.gallery}
      aria-busy={seen.some((chunk) => chunks.at(chunk) === undefined)}
      ref={(element) => {
        root.current = element;
        return measured(element);
      }}
      onKeyDown={(event) => {
        // Home and End scroll the page: the first and the last picture may not be in it.
        if (event.key.startsWith('Arrow')) moveFocus(event);
      }}
    >
      <div className="gallery-all" style={{ height }}>
        {seen.map((chunk) => (
          <ChunkOfTiles
            key={chunk}
            chunk={chunk}
            collection={collection}
            top={tops[chunk] ?? 0}
            count={sizeOf(chunk, total)}
            layout={layouts[chunk] ?? null}
            pictures={chunks.at(chunk)}
            measures={measures}
            headOf={headOf}
            tabStop={seen.includes(Math.floor(tabStop / CHUNK)) ? tabStop : (seen[0] ?? 0) * CHUNK}
            onFocus={setTabStop}
            onOpen={onOpen}
          />
        ))}
      </div>
      {chunks.error && (
        <div className="gallery-error" role="alert">
          <ErrorText error={chunks.error} />
          <button type="button" onClick={chunks.retry}>
            {t.retry}
          </button>
        </div>
      )}
      {months && (
        <Rail
          months={months}
          shareOf={(index) => (height === 0 ? 0 : heightOf(tops, index, total) / height)}
          at={height === 0 ? 0 : Math.min(1, Math.max(0, view.top / height))}
          onGo={scrollTo}
        />
      )}
    </section>
  );
}

interface ChunkProps {
  readonly chunk: number;
  readonly collection: string;
  readonly top: number;
  readonly count: number;
  readonly layout: ChunkLayout | null;
  readonly pictures: readonly PictureFragment[] | undefined;
  readonly measures: Measures;
  readonly headOf: (label: string) => string;
  readonly tabStop: number;
  readonly onFocus: (index: number) => void;
  readonly onOpen: (index: number) => void;
}

function ChunkOfTiles(props: ChunkProps) {
  const { chunk, collection, top, count, layout, pictures, measures, headOf, tabStop, onFocus, onOpen } = props;
  const waiting = useMemo(
    () =>
      layOut(
        Array.from({ length: count }, (_, i) => ({ ratio: SHAPES[i % 4] ?? 1, label: null })),
        null,
        measures,
      ),
    [count, measures],
  );
  if (!layout || !pictures)
    return (
      <div className="gallery-chunk" style={{ top }} aria-hidden="true">
        {waiting.boxes.map((box, i) => (
          <span key={i} className="tile tile-skeleton" style={box ? placeOf(box) : undefined} />
        ))}
      </div>
    );
  return (
    <div className="gallery-chunk" style={{ top }}>
      {layout.heads.map((head) => (
        <h2 key={head.label} className="gallery-head" style={{ top: head.top, height: measures.headHeight }}>
          {headOf(head.label)}
        </h2>
      ))}
      <ol>
        {pictures.map((image, i) => {
          const index = chunk * CHUNK + i;
          const box = layout.boxes[i];
          return (
            box && (
              <HitTile
                key={image.id}
                hit={{ image, collection, similarity: null, distance: null }}
                namesCollection={false}
                index={index}
                place={placeOf(box)}
                isTabStop={index === tabStop}
                onFocus={() => {
                  onFocus(index);
                }}
                onOpen={() => {
                  onOpen(index);
                }}
              />
            )
          );
        })}
      </ol>
    </div>
  );
}

const SHAPES = [1.5, 1, 0.75, 4 / 3];

/** The layouts of the chunks that have been seen. They stay known when the pictures are forgotten. */
function useLayouts(
  total: number,
  chunks: Chunks,
  labelOf: Props['labelOf'],
  measures: Measures,
): readonly (ChunkLayout | undefined)[] {
  const { hidden } = useTakenOut();
  const known = useRef(new Map<number, { readonly of: readonly unknown[]; readonly layout: ChunkLayout }>());
  return Array.from({ length: Math.ceil(total / CHUNK) }, (_, chunk) => {
    const pictures = chunks.at(chunk);
    const before = chunks.at(chunk - 1)?.at(-1);
    const kept = known.current.get(chunk);
    const of = [pictures, before, measures, labelOf, hidden];
    if (!pictures) return kept?.of[2] === measures ? kept.layout : undefined;
    if (kept && kept.of.every((value, i) => value === of[i])) return kept.layout;
    const shapes = pictures.map((image) => {
      const label = labelOf?.(image) ?? null;
      return { ratio: tileRatio(image.width, image.height), label, isHidden: hidden.has(image.id) };
    });
    const layout = layOut(shapes, before && (labelOf?.(before) ?? null), measures);
    known.current.set(chunk, { of, layout });
    return layout;
  });
}

/** When parts above the window change their height, the window scrolls by as much. */
function useSteadyScroll(root: { readonly current: HTMLElement | null }, tops: readonly number[]): void {
  const before = useRef(tops);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = tops;
    const at = -(root.current?.getBoundingClientRect().top ?? 0);
    if (at <= 0 || old.length !== tops.length) return;
    const first = chunkAt(old, at);
    const moved = (tops[first] ?? 0) - (old[first] ?? 0);
    if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: 'instant' });
  });
}

function sizeOf(chunk: number, total: number): number {
  return Math.min(CHUNK, total - chunk * CHUNK);
}

function measuresOf(width: number): Measures {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const isNarrow = innerWidth <= 40 * rem;
  const rowHeight = isNarrow ? Math.min(7 * rem, 0.28 * innerWidth) : Math.max(12 * rem, 0.08 * innerWidth);
  return { width: Math.max(width, 100), rowHeight, gap: isNarrow ? 4 : 8, headHeight: 3 * rem };
}

function placeOf({ left, top, width, height }: Box): CSSProperties {
  return { left, top, width, height };
}
