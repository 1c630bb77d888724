import { useRef, useState, type CSSProperties, type PointerEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import type { RailMark } from '../../logic/src/gallery';
import { useLanguage } from '../language';

export interface RailMonths {
  readonly marks: readonly RailMark[];
  /** The name of a month, such as May 2024. */
  readonly nameOf: (month: string) => string;
}

interface Props {
  readonly months: RailMonths;
  /** The height of a picture's place as a share of the list, by its index. */
  readonly shareOf: (index: number) => number;
  /** Where the window is, as a share of the list. */
  readonly at: number;
  readonly onGo: (index: number) => void;
}

/** Years closer than this share of the rail would cover each other. */
const LEAST_DISTANCE = 0.035;

/** A time line beside a gallery: a press or a drag on it goes to the pictures of that time. */
export function Rail({ months: { marks, nameOf }, shareOf, at, onGo }: Props) {
  const { t } = useLanguage();
  const rail = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const places = marks.map((mark) => ({ ...mark, share: shareOf(mark.index) }));
  const markAt = (share: number) => places.findLast((mark) => mark.share <= share + 1e-6) ?? places[0];
  const shareOfEvent = ({ clientY }: PointerEvent): number => {
    const { top = 0, height = 1 } = rail.current?.getBoundingClientRect() ?? {};
    return Math.min(1, Math.max(0, (clientY - top) / height));
  };
  const shown = markAt(pointed ?? at);
  let last = -1;
  const years = places.filter(({ isYear, share }) => {
    if (!isYear || share - last < LEAST_DISTANCE) return false;
    last = share;
    return true;
  });
  return (
    <div
      ref={rail}
      className="rail"
      role="group"
      aria-label={t.rail}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const share = shareOfEvent(event);
        setPointed(share);
        const mark = markAt(share);
        if (mark) onGo(mark.index);
      }}
      onPointerMove={(event) => {
        const share = shareOfEvent(event);
        setPointed(share);
        const mark = markAt(share);
        if (mark && event.buttons === 1 && mark !== markAt(pointed ?? -1)) onGo(mark.index);
      }}
      onPointerLeave={() => {
        setPointed(null);
      }}
    >
      {places.map(({ month, share }) => (
        <span key={month} className="rail-month" style={topStyle(share)} />
      ))}
      {years.map(({ month, index, share }) => (
        <button
          key={month}
          type="button"
          className="quiet rail-year"
          style={topStyle(share)}
          aria-label={fill(t.railYear, { year: month.slice(0, 4) })}
          onClick={() => {
            onGo(index);
          }}
        >
          {month.slice(0, 4)}
        </button>
      ))}
      <span className="rail-here" style={topStyle(at)} />
      {shown && (
        <span className={pointed === null ? 'rail-name' : 'rail-name is-pointed'} style={topStyle(pointed ?? at)}>
          {nameOf(shown.month)}
        </span>
      )}
    </div>
  );
}

const topStyle = (share: number) => ({ '--at': share }) as CSSProperties;
