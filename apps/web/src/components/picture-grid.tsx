import { Fragment, useState } from 'react';

import { moveFocus } from '../move-focus';
import type { ShownPicture } from '../types';
import { HitTile, SkeletonTiles } from './hit-tile';

interface Props {
  /** Undefined while the first ones are awaited. */
  readonly pictures: readonly ShownPicture[] | undefined;
  /** A line before the picture of this index, with this text. */
  readonly line: { readonly at: number; readonly text: string } | null;
  /** Pictures of several collections say which one they are of. */
  readonly namesCollection: boolean;
  /** Other pictures are on their way. */
  readonly isStale: boolean;
  readonly isBusy: boolean;
  /** The number of places for pictures that are awaited. */
  readonly skeletons: number;
  readonly onOpen: (index: number) => void;
}

/** Pictures in rows of equal height. The Tab key leads to one of them, the arrow keys to the others. */
export function PictureGrid({ pictures, line, namesCollection, isStale, isBusy, skeletons, onOpen }: Props) {
  const [tabStop, setTabStop] = useState(0);
  return (
    <ol
      key={pictures ? 'hits' : 'none'}
      className={isStale ? 'grid grid-stale' : 'grid'}
      aria-busy={isBusy}
      onKeyDown={moveFocus}
    >
      {pictures?.map((picture, index) => (
        <Fragment key={picture.image.id}>
          {line?.at === index && <Line text={line.text} />}
          <HitTile
            hit={picture}
            namesCollection={namesCollection}
            rank={index + 1}
            isTabStop={index === Math.min(tabStop, pictures.length - 1)}
            onFocus={() => {
              setTabStop(index);
            }}
            onOpen={() => {
              onOpen(index);
            }}
          />
        </Fragment>
      ))}
      <SkeletonTiles count={skeletons} />
      <RowEnd />
    </ol>
  );
}

/** Fills the rest of a row, whose pictures would be enlarged otherwise. */
function RowEnd() {
  return <li className="grid-end" aria-hidden="true" />;
}

/** Between the pictures that show the text and the others. */
function Line({ text }: { readonly text: string }) {
  return (
    <>
      <RowEnd />
      <li className="grid-line">{text}</li>
    </>
  );
}
