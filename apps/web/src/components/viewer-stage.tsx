import { useImperativeHandle, useRef, useState, type CSSProperties, type ReactNode, type Ref } from 'react';

import { fill } from '../../logic/src/dictionary';
import { isLong, isWide, type Size } from '../../logic/src/picture-width';
import type { Swipe } from '../../logic/src/swipe';
import { fitSize, mostScale, percentOf } from '../../logic/src/zoom';
import type { PictureFragment } from '../generated/operations';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { useDrawnSize } from '../use-drawn-size';
import { SLIDE_GAP, useStage, ZOOM_STEP } from '../use-stage';
import { NextIcon, PreviousIcon } from './icons';
import { MinusIcon, PlusIcon } from './viewer-icons';
import { ViewerPicture } from './viewer-picture';

/** Before it is measured, which is before the first paint. */
const NO_SIZE: Size = { width: 0, height: 0 };

/** What the keys of the viewer do. */
export interface StageControls {
  readonly zoomBy: (factor: number) => void;
  readonly fitAll: () => void;
  readonly panBy: (dx: number, dy: number) => void;
}

interface Props {
  /** Undefined while it is being read. */
  readonly picture: ShownPicture | undefined;
  readonly previous: ShownPicture | undefined;
  readonly next: ShownPicture | undefined;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  readonly isPreview: boolean;
  readonly onSwipe: (swipe: Exclude<Swipe, 'stay'>) => void;
  readonly onTap: () => void;
  readonly controls: Ref<StageControls>;
  /** Drawn over the picture. */
  readonly children: ReactNode;
}

/** The open picture, as large as the stage, and those beside it, which a swipe brings in. */
export function ViewerStage({ picture, previous, next, hasPrevious, hasNext, isPreview, ...rest }: Props) {
  const { onSwipe, onTap, controls, children } = rest;
  const { t, count } = useLanguage();
  const element = useRef<HTMLDivElement | null>(null);
  const [measuredSize, measured] = useDrawnSize();
  const size = measuredSize ?? NO_SIZE;
  const image = picture?.image;
  const id = image?.id ?? '';
  const [shownId, setShownId] = useState('');
  /** The long picture that is shown whole. */
  const [wholeId, setWholeId] = useState('');
  const shape = image ?? NO_SIZE;
  const fit = fitSize(shape, size);
  const canScroll = image !== undefined && (isLong(image) || isWide(image));
  const isScrolled = canScroll && wholeId !== id;
  const box = isScrolled ? scrolledSize(shape, size) : fit;
  const stage = useStage({
    ...{ stage: element, size, of: id, picture: shape, fit, isScrolled, onSwipe, onTap },
    most: mostScale(shape, fit, devicePixelRatio),
    has: { previous: hasPrevious, next: hasNext },
    onZoom: () => {
      setWholeId(id);
    },
  });
  useImperativeHandle(controls, () => ({ zoomBy: stage.zoomBy, fitAll: stage.fitAll, panBy: stage.panBy }));
  const { view, drag, isEased } = stage;
  const slides: readonly (readonly [number, PictureFragment | undefined])[] = [
    [-1, previous?.image],
    [0, image],
    [1, next?.image],
  ];
  const percent = count(percentOf(view, shape, box, devicePixelRatio));
  return (
    <div
      className={`viewer-stage ${view.scale > 1 ? 'viewer-zoomed' : ''} ${isScrolled ? 'viewer-scrolled' : ''}`}
      ref={(node) => {
        element.current = node;
        return measured(node);
      }}
      {...stage.handlers}
    >
      {slides.map(
        ([offset, each]) =>
          each && (
            <div
              key={each.id}
              className={`viewer-slide ${isEased ? 'viewer-eased' : ''}`}
              style={slideStyle(offset, drag)}
              inert={offset !== 0}
            >
              <ViewerPicture
                image={each}
                box={offset === 0 ? box : fitSize(each, size)}
                {...(offset === 0 && { view, isPreview })}
                isOpen={offset === 0}
                isEased={isEased}
                isLight={offset !== 0 && shownId !== id}
                scrolls={offset === 0 && isScrolled ? (isWide(each) ? 'viewer-wide' : 'viewer-long') : null}
                onShown={() => {
                  if (offset === 0) setShownId(id);
                }}
              >
                {offset === 0 && children}
              </ViewerPicture>
            </div>
          ),
      )}
      {!image && <div className="viewer-slide tile-skeleton" aria-busy="true" />}
      <StepButton kind="previous" label={t.previous} isEnd={!hasPrevious} onSwipe={onSwipe} />
      <StepButton kind="next" label={t.next} isEnd={!hasNext} onSwipe={onSwipe} />
      {image && (
        <div className="viewer-zoom" role="group" aria-label={fill(t.stage, { imageId: image.imageId, percent })}>
          {canScroll && (
            <button
              type="button"
              onClick={() => {
                stage.fitAll();
                setWholeId(isScrolled ? id : '');
              }}
            >
              {isScrolled ? t.wholePicture : t.readPicture}
            </button>
          )}
          <button
            type="button"
            className="viewer-fine"
            aria-label={t.zoomOut}
            title={`${t.zoomOut} (−)`}
            disabled={view.scale <= 1}
            onClick={() => {
              stage.zoomBy(1 / ZOOM_STEP);
            }}
          >
            <MinusIcon />
          </button>
          <button
            type="button"
            className="viewer-fine viewer-percent"
            title={`${t.zoomFit} (0)`}
            disabled={view.scale <= 1}
            onClick={stage.fitAll}
          >
            {fill(t.zoomPercent, { percent })}
          </button>
          <button
            type="button"
            className="viewer-fine"
            aria-label={t.zoomIn}
            title={`${t.zoomIn} (+)`}
            onClick={() => {
              stage.zoomBy(ZOOM_STEP);
            }}
          >
            <PlusIcon />
          </button>
        </div>
      )}
    </div>
  );
}

interface StepProps {
  readonly kind: 'previous' | 'next';
  readonly label: string;
  readonly isEnd: boolean;
  readonly onSwipe: (kind: 'previous' | 'next') => void;
}

function StepButton({ kind, label, isEnd, onSwipe }: StepProps) {
  return (
    <button
      type="button"
      className={`viewer-step viewer-${kind}`}
      aria-label={label}
      title={`${label} (${kind === 'previous' ? '←' : '→'})`}
      disabled={isEnd}
      onClick={() => {
        onSwipe(kind);
      }}
    >
      {kind === 'previous' ? <PreviousIcon /> : <NextIcon />}
    </button>
  );
}

/** CSS pixels in which a long picture is readable: its width, or the height of a wide one. */
const READABLE = { least: 384, most: 640, leastHeight: 160, mostHeight: 480 };

function scrolledSize(picture: Size, stage: Size): Size {
  const ratio = picture.width / picture.height;
  if (isWide(picture)) {
    const height = Math.min(stage.height - 16, Math.max(picture.height, READABLE.leastHeight), READABLE.mostHeight);
    return { width: height * ratio, height };
  }
  const width = Math.min(stage.width, Math.max(picture.width, READABLE.least), READABLE.most);
  return { width, height: width / ratio };
}

function slideStyle(offset: number, drag: { readonly x: number; readonly y: number }): CSSProperties {
  const isMoved = offset !== 0 || drag.x !== 0 || drag.y !== 0;
  if (!isMoved) return {};
  return {
    transform: `translate(calc(${100 * offset}% + ${SLIDE_GAP * offset + drag.x}px), ${offset === 0 ? drag.y : 0}px)`,
    ...(drag.y > 0 && offset === 0 && { opacity: Math.max(0.4, 1 - drag.y / 600) }),
  };
}
