import { Fragment, useState } from 'react';

import { moveFocus } from '../move-focus';
import { useTakenOut } from '../taken-out';
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
  readonly hasNumbers: boolean;
  /** Which pictures are shown with those that look the same, by their ids. */
  readonly stacks: ReadonlySet<string>;
  readonly onStack: (id: string) => void;
  readonly onOpen: (index: number) => void;
}

/** Pictures in rows of equal height. The Tab key leads to one of them, the arrow keys to the others. */
export function PictureGrid(props: Props) {
  const { pictures, line, namesCollection, isStale, isBusy, skeletons, hasNumbers, stacks, onStack, onOpen } = props;
  const [tabStop, setTabStop] = useState(0);
  const { hidden } = useTakenOut();
  const isShown = (index: number): boolean => {
    const picture = pictures?.[index];
    return picture !== undefined && !hidden.has(picture.image.id);
  };
  const firstStop = isShown(tabStop) ? tabStop : (pictures ?? []).findIndex((_, index) => isShown(index));
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
          {isShown(index) && (
            <HitTile
              hit={picture}
              namesCollection={namesCollection}
              index={index}
              hasNumbers={hasNumbers}
              stack={{
                isOpen: stacks.has(picture.image.id),
                onPress: () => {
                  onStack(picture.image.id);
                },
              }}
              isTabStop={index === firstStop}
              onFocus={() => {
                setTabStop(index);
              }}
              onOpen={() => {
                onOpen(index);
              }}
            />
          )}
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
