import { useState, type CSSProperties, type ReactNode } from 'react';

import { isLong, isWide } from '../../logic/src/picture-width';
import type { HitFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { useDrawnSize } from '../use-drawn-size';
import { PictureIcon } from './icons';
import { SizedPicture } from './sized-picture';

interface Props {
  readonly image: HitFragment['image'];
  /** The original does not exist any more. */
  readonly isPreview: boolean;
  /** Drawn over the picture. */
  readonly children: ReactNode;
}

/**
 * The whole picture, as large as possible. A long or wide picture has a readable size and scrolls, or is shown whole on
 * demand.
 */
export function ViewerPicture({ image, isPreview, children }: Props) {
  const { t } = useLanguage();
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [whole, setWhole] = useState(false);
  const [drawn, measured] = useDrawnSize();
  const wide = isWide(image);
  const long = isLong(image) || wide;
  if (state === 'broken') {
    return (
      <div className="viewer-frame tile-missing">
        <PictureIcon />
        {t.noPicture}
      </div>
    );
  }
  return (
    <div className="viewer-frame">
      <div
        className={`viewer-room ${long && !whole ? (wide ? 'viewer-wide' : 'viewer-long') : ''}`}
        {...(long && !whole && { role: 'group', 'aria-label': image.imageId, tabIndex: 0 })}
      >
        <div ref={measured} className="viewer-box" style={boxStyle(image)}>
          {/* The smaller picture is already loaded and is shown until the large one arrives. */}
          {state === 'loading' && <img className="viewer-under" src={image.thumbnail} alt="" aria-hidden="true" />}
          <SizedPicture
            className="viewer-picture"
            image={image}
            drawn={drawn}
            alt={image.imageId}
            onLoad={() => {
              setState('shown');
            }}
            onError={() => {
              setState('broken');
            }}
          />
          {children}
        </div>
      </div>
      {isPreview && <span className="viewer-preview">{t.preview}</span>}
      {long && (
        <button
          type="button"
          className="viewer-whole"
          onClick={() => {
            setWhole(!whole);
          }}
        >
          {whole ? t.readPicture : t.wholePicture}
        </button>
      )}
    </div>
  );
}

const boxStyle = ({ width, height }: HitFragment['image']) =>
  ({
    '--ratio': width > 0 && height > 0 ? width / height : 1,
    '--own': `${width}px`,
    '--own-height': `${height}px`,
  }) as CSSProperties;
