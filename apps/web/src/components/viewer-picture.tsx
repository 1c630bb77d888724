import { useState, type CSSProperties, type ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import type { Size } from '../../logic/src/picture-width';
import { FITTING, type View } from '../../logic/src/zoom';
import type { PictureFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { PictureIcon } from './icons';
import { SizedPicture } from './sized-picture';

/** The widest preview of the server, in pixels. A picture that needs more is shown from its original. */
const WIDEST_PREVIEW = 2_048;
/** Larger originals are loaded on demand only. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Props {
  readonly image: PictureFragment;
  /** The size of the whole picture at the scale 1, in CSS pixels. */
  readonly box: Size;
  readonly view?: View;
  readonly isEased?: boolean;
  /** False: it is beside the open picture. */
  readonly isOpen: boolean;
  /** Only its small picture is needed now. */
  readonly isLight?: boolean;
  /** The original does not exist any more. */
  readonly isPreview?: boolean;
  /** The picture scrolls in a box of this class. */
  readonly scrolls?: 'viewer-long' | 'viewer-wide' | null;
  readonly onShown?: () => void;
  /** Drawn over the picture. */
  readonly children?: ReactNode;
}

/**
 * A picture on the stage: first its small picture, which is loaded already, then one of the size in which it is drawn,
 * and the original when it is enlarged further.
 */
export function ViewerPicture(props: Props) {
  const {
    image,
    box,
    isOpen,
    view = FITTING,
    isEased = false,
    isLight = false,
    isPreview = false,
    scrolls = null,
  } = props;
  const { t } = useLanguage();
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [previewWidth, setPreviewWidth] = useState(0);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [original, setOriginal] = useState<'none' | 'shown' | 'broken'>('none');
  const drawn = { width: box.width * view.scale, height: box.height * view.scale };
  const needed = Math.min(image.width, drawn.width * devicePixelRatio);
  const isUseful = needed > WIDEST_PREVIEW && image.sizeBytes <= MOST_BYTES;
  const [wasUseful, setWasUseful] = useState(false);
  // What was loaded once is still shown after the picture is whole again.
  if (isUseful && view.scale > 1 && !wasUseful) setWasUseful(true);
  const wantsOriginal = !isPreview && isOpen && original !== 'broken' && (chosen ?? wasUseful);
  if (state === 'broken') {
    return (
      <div className="viewer-broken">
        <PictureIcon />
        {t.noPicture}
      </div>
    );
  }
  return (
    <>
      <div
        className={`viewer-room ${scrolls ?? ''}`}
        {...(scrolls && { role: 'group', 'aria-label': image.imageId, tabIndex: 0 })}
      >
        <div className={`viewer-box ${isEased ? 'viewer-eased' : ''}`} style={boxStyle(box, scrolls ? FITTING : view)}>
          {state === 'loading' && (
            <img className="viewer-under" src={image.thumbnail} alt="" aria-hidden="true" draggable={false} />
          )}
          {!isLight && (
            <SizedPicture
              className={isOpen ? 'viewer-picture' : 'viewer-beside'}
              image={image}
              drawn={box.width > 0 ? drawn : null}
              alt={image.imageId}
              draggable={false}
              onLoad={(event) => {
                setState('shown');
                setPreviewWidth(event.currentTarget.naturalWidth);
                props.onShown?.();
              }}
              onError={() => {
                setState('broken');
                props.onShown?.();
              }}
            />
          )}
          {wantsOriginal && (
            <img
              className="viewer-original"
              src={image.original}
              alt=""
              draggable={false}
              onLoad={() => {
                setOriginal('shown');
              }}
              onError={() => {
                setOriginal('broken');
              }}
            />
          )}
          {props.children}
        </div>
      </div>
      {isOpen && previewWidth > 0 && (
        <Quality
          image={image}
          previewWidth={previewWidth}
          wantsOriginal={wantsOriginal}
          isShown={original === 'shown'}
          isPreview={isPreview}
          onChoose={setChosen}
        />
      )}
    </>
  );
}

interface QualityProps {
  readonly image: PictureFragment;
  readonly previewWidth: number;
  readonly wantsOriginal: boolean;
  readonly isShown: boolean;
  readonly isPreview: boolean;
  readonly onChoose: (wantsOriginal: boolean) => void;
}

/** What is seen, the original or a preview, and the way to the other one. */
function Quality({ image, previewWidth, wantsOriginal, isShown, isPreview, onChoose }: QualityProps) {
  const { t, count } = useLanguage();
  const preview = fill(t.shownPreview, { width: count(previewWidth) });
  if (isPreview) return <span className="viewer-quality">{preview}</span>;
  const original = fill(t.shownOriginal, { width: count(image.width), height: count(image.height) });
  return (
    <button
      type="button"
      className="viewer-quality"
      title={wantsOriginal ? t.showPreview : t.showOriginal}
      onClick={() => {
        onChoose(!wantsOriginal);
      }}
    >
      <span role="status">{!wantsOriginal ? preview : isShown ? original : t.loadingOriginal}</span>
      <b>{wantsOriginal ? t.showPreview : t.showOriginal}</b>
    </button>
  );
}

const boxStyle = ({ width, height }: Size, { scale, x, y }: View): CSSProperties => ({
  ...{ width, height },
  transform: scale === 1 ? undefined : `translate(${x}px, ${y}px) scale(${scale})`,
});
