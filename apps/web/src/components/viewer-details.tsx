import type { ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { exposureLine } from '../../logic/src/exif-labels';
import { formatBytes } from '../../logic/src/format';
import { formatTaken, formatTime } from '../../logic/src/format-date';
import { nameAndFolder } from '../../logic/src/name-and-folder';
import { NO_FILTER } from '../../logic/src/page-filter';
import { formatName } from '../../logic/src/say';
import type { OwnFragment } from '../generated/operations';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { navigate } from '../use-address';
import type { PictureDetails } from '../use-picture-details';
import { Similarity } from './hit-tile';
import { PictureExif } from './picture-exif';
import { PictureTags } from './picture-tags';
import { PictureWords } from './picture-words';

/** More of them would fill the window. */
const MOST_SAME = 24;
/** Digits of a degree: a metre on the ground. */
const DEGREE_DIGITS = 5;

interface Props {
  readonly picture: ShownPicture;
  readonly details: PictureDetails;
  /** The pictures that a search counts as this one; empty: none. */
  readonly same: readonly ShownPicture[];
  readonly onShow: (picture: ShownPicture) => void;
  readonly showsWords: boolean;
  readonly onWords: (shows: boolean) => void;
  readonly onCopy: (text: string) => void;
  readonly onFolder: () => void;
}

/** Everything that is known about the open picture. */
export function ViewerDetails({ picture, details, same, onShow, showsWords, onWords, onCopy, onFolder }: Props) {
  const { t } = useLanguage();
  const { image, collection } = picture;
  const { known, hasOriginal } = details;
  const { file } = nameAndFolder(image.imageId);
  return (
    <aside className="viewer-about" aria-label={t.details} tabIndex={0}>
      <h2>{file}</h2>
      {hasOriginal === false && (
        <p className="viewer-note" role="status">
          {t.originalGone}
        </p>
      )}
      {hasOriginal === null && (
        <p className="viewer-note" role="status">
          {t.originalSilent}
        </p>
      )}
      <PictureWords
        lines={details.lines}
        matched={picture.matched}
        isOpen={showsWords}
        onOpen={onWords}
        onCopy={onCopy}
      />
      <Facts picture={picture} details={details} onFolder={onFolder} />
      <PictureTags key={image.id} collection={collection} imageId={image.imageId} tags={known?.tags ?? image.tags} />
      {known && known.attributes.length > 0 && <Attributes attributes={known.attributes} />}
      {same.length > 0 && <SamePictures pictures={same} shown={image.id} onShow={onShow} />}
      <PictureExif fields={details.exif} hasFailed={details.hasExifFailed} />
    </aside>
  );
}

function Facts({ picture, details: { known, exif }, onFolder }: Pick<Props, 'picture' | 'details' | 'onFolder'>) {
  const { t, language } = useLanguage();
  const { image, collection, similarity } = picture;
  const { folder } = nameAndFolder(image.imageId);
  const exposure = exposureLine(exif ?? []);
  const place = known?.place;
  return (
    <dl>
      {image.takenAt !== null && (
        <Fact name={image.takenAtSource === 'FILE' ? t.fileTime : t.takenAt}>{formatTaken(image, language)}</Fact>
      )}
      {image.camera !== null && <Fact name={t.camera}>{image.camera}</Fact>}
      {known?.lens && <Fact name={t.lens}>{known.lens}</Fact>}
      {exposure !== '' && <Fact name={t.exposure}>{exposure}</Fact>}
      {place && (
        <Fact name={t.location}>
          <span>
            {place.latitude.toFixed(DEGREE_DIGITS)}, {place.longitude.toFixed(DEGREE_DIGITS)}
          </span>{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              const { latitude, longitude } = place;
              const near = { latitude, longitude, km: 1 };
              navigate({ query: '', like: null, collection, everywhere: false, filter: { ...NO_FILTER, near } });
            }}
          >
            {t.near}
          </button>
        </Fact>
      )}
      <Fact name={t.size}>
        {image.width} × {image.height} px
      </Fact>
      <Fact name={t.fileSize}>{formatBytes(image.sizeBytes)}</Fact>
      <Fact name={t.fileType}>{formatName(image.mimeType)}</Fact>
      {similarity !== null && (
        <Fact name={t.similarity} hint={t.similarityHint}>
          <Similarity value={similarity} />
        </Fact>
      )}
      <Fact name={t.collection}>{collection}</Fact>
      {folder !== '' && (
        <Fact name={t.folderOf}>
          <button type="button" className="link" title={t.showInFolder} onClick={onFolder}>
            {folder}
          </button>
        </Fact>
      )}
    </dl>
  );
}

function Fact({
  name,
  hint,
  children,
}: {
  readonly name: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <dt title={hint}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Attributes({ attributes }: { readonly attributes: OwnFragment['attributes'] }) {
  const { t, language } = useLanguage();
  const textOf = ({ string, number, boolean, date }: OwnFragment['attributes'][number]): string => {
    if (date !== null) return formatTime(date, language);
    if (boolean !== null) return boolean ? t.yes : t.no;
    return string ?? String(number);
  };
  return (
    <section aria-label={t.attributes}>
      <h3>{t.attributes}</h3>
      <dl>
        {attributes.map((attribute) => (
          <Fact key={attribute.name} name={attribute.name}>
            {textOf(attribute)}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

interface SameProps {
  readonly pictures: readonly ShownPicture[];
  /** The id of the image that is shown. */
  readonly shown: string;
  readonly onShow: (picture: ShownPicture) => void;
}

/** The pictures that a search counts as one. */
function SamePictures({ pictures, shown, onShow }: SameProps) {
  const { t, count } = useLanguage();
  const title = fill(t.samePictures, { count: count(pictures.length) });
  return (
    <div className="same-pictures" role="group" aria-label={title}>
      <h3>{title}</h3>
      {pictures.slice(0, MOST_SAME).map((picture) => (
        <button
          key={picture.image.id}
          type="button"
          aria-pressed={picture.image.id === shown}
          aria-label={picture.image.imageId}
          title={picture.image.imageId}
          onClick={() => {
            onShow(picture);
          }}
        >
          <img src={picture.image.at160} alt="" loading="lazy" />
        </button>
      ))}
    </div>
  );
}
