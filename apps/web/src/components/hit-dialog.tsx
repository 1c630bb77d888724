import { skipToken, useQuery } from '@apollo/client/react';
import { useState, type KeyboardEvent, type ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes, formatScore } from '../../logic/src/format';
import { formatTaken } from '../../logic/src/format-date';
import { searchAsGraphql, type CopiedQuery } from '../../logic/src/graphql-text';
import { filterInput } from '../../logic/src/page-filter';
import { shorten } from '../../logic/src/limit-text';
import { formatName } from '../../logic/src/say';
import type { SearchScope } from '../find-variables';
import { OriginalDocument, type SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { navigate } from '../use-address';
import { canCopy, pictureBlob, textBlob, useCopy } from '../use-copy';
import { offers } from '../session';
import { DeleteImageDialog } from './delete-image-dialog';
import { Similarity } from './hit-tile';
import { CodeIcon, CopyIcon, DeleteIcon, NextIcon, OpenIcon, PreviousIcon, SimilarIcon } from './icons';
import { Modal } from './modal';
import { PictureWords } from './picture-words';
import { ViewerPicture } from './viewer-picture';
import { WordLayer, type PictureLine } from './word-layer';

const NO_LINES: readonly PictureLine[] = [];

/** More of them would fill the dialog. */
const MOST_SAME = 24;

interface Props {
  /** Null: the pictures are shown without a search. */
  readonly query: SearchQuery | null;
  readonly scope: SearchScope;
  /** The number of pictures. */
  readonly count: number;
  /** Undefined while the picture of this rank is being read. */
  readonly pictureAt: (rank: number) => ShownPicture | undefined;
  /** Counted from 0. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}

export default function HitDialog({ query, scope, count, pictureAt, rank, onRank, onDeleted, onClose }: Props) {
  const { t, count: formatCount } = useLanguage();
  const { outcome, copy } = useCopy();
  const [isAsking, setAsking] = useState(false);
  /** A picture that looks the same as that of this rank, and is shown instead. */
  const [other, setOther] = useState<{ readonly rank: number; readonly picture: ShownPicture } | null>(null);
  const best = pictureAt(rank);
  const hit = other?.rank === rank ? other.picture : best;
  const { there, lines } = useOriginal(hit);
  const [showsWords, setShowsWords] = useState(false);
  const go = (to: number) => {
    if (to >= 0 && to < count) onRank(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') go(rank - 1);
    if (event.key === 'ArrowRight') go(rank + 1);
  };
  if (!hit)
    return (
      <Modal className="viewer" label={t.gallery} onClose={onClose} onKeyDown={onKeyDown}>
        <div className="viewer-frame tile-skeleton" aria-busy="true" />
      </Modal>
    );
  const { image, collection } = hit;
  const copied = query && copiedQuery(query);
  const open = there === false ? t.openPreview : t.original;
  return (
    <Modal className="viewer" label={image.imageId} onClose={onClose} onKeyDown={onKeyDown}>
      <figure>
        <ViewerPicture key={image.id} image={image} isPreview={there === false}>
          <WordLayer image={image} lines={lines} found={hit.matched?.boxes ?? []} marksAll={showsWords} />
        </ViewerPicture>
        <figcaption>
          <div className="viewer-about" role="group" aria-label={t.details} tabIndex={0}>
            <h2>{image.imageId}</h2>
            {there === false && (
              <p className="viewer-note" role="status">
                {t.originalGone}
              </p>
            )}
            {there === null && (
              <p className="viewer-note" role="status">
                {t.originalSilent}
              </p>
            )}
            <PictureWords
              lines={lines}
              matched={hit.matched}
              isOpen={showsWords}
              onOpen={setShowsWords}
              onCopy={(text) => {
                copy('text/plain', textBlob(text));
              }}
            />
            <Details hit={hit} />
            {best?.duplicates && best.duplicates.length > 0 && (
              <SamePictures
                pictures={[best, ...best.duplicates]}
                shown={image.id}
                onShow={(picture) => {
                  setOther({ rank, picture });
                }}
              />
            )}
          </div>
          <div className="viewer-actions">
            <button
              type="button"
              className="primary"
              onClick={() => {
                navigate({
                  ...{ query: '', like: image.imageId },
                  ...(scope.collection === null ? { collection, everywhere: false } : {}),
                });
              }}
            >
              <SimilarIcon />
              {t.findSimilar}
            </button>
            {canCopy && (
              <button
                type="button"
                title={t.copyPicture}
                onClick={() => {
                  copy('image/png', pictureBlob(image.larger));
                }}
              >
                <CopyIcon />
                <span>{t.copyPicture}</span>
              </button>
            )}
            {canCopy && copied && (
              <button
                type="button"
                title={t.copyGraphql}
                onClick={() => {
                  copy(
                    'text/plain',
                    textBlob(searchAsGraphql(copied, scope.collection, filterInput(scope.filter), scope)),
                  );
                }}
              >
                <CodeIcon />
                <span>{t.copyGraphql}</span>
              </button>
            )}
            <a className="button" title={open} href={image.original} target="_blank" rel="noreferrer">
              <OpenIcon />
              <span>{open}</span>
            </a>
            {offers.changeImages && (
              <button
                type="button"
                title={t.deleteImage}
                onClick={() => {
                  setAsking(true);
                }}
              >
                <DeleteIcon />
                <span>{t.deleteImage}</span>
              </button>
            )}
            <p role="status">{outcome === 'copied' ? t.copied : outcome === 'failed' ? t.copyFailed : ''}</p>
          </div>
          <div className="viewer-steps">
            <Step label={t.previous} disabled={rank === 0} onClick={() => go(rank - 1)} icon={<PreviousIcon />} />
            <span>
              {formatCount(rank + 1)} / {formatCount(count)}
            </span>
            <Step label={t.next} disabled={rank === count - 1} onClick={() => go(rank + 1)} icon={<NextIcon />} />
          </div>
        </figcaption>
      </figure>
      {isAsking && (
        <DeleteImageDialog
          collection={collection}
          imageIds={[image.imageId]}
          title={fill(t.deleteTitle, { name: shorten(image.imageId) })}
          onDeleted={onDeleted}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Modal>
  );
}

/** The query as text; null for a picture, which would be too long. */
function copiedQuery({ text, imageId }: SearchQuery): CopiedQuery | null {
  if (text !== undefined) return { text };
  return imageId === undefined ? null : { imageId };
}

/**
 * `there`: whether the original exists; null: its storage does not answer; undefined: not known, for example while the
 * picture is being replaced. `lines`: the words in the picture.
 */
function useOriginal(hit: ShownPicture | undefined): {
  readonly there: boolean | null | undefined;
  readonly lines: readonly PictureLine[];
} {
  const image = hit?.image;
  const { data } = useQuery(
    OriginalDocument,
    hit
      ? { variables: { collection: hit.collection, imageId: hit.image.imageId }, fetchPolicy: 'network-only' }
      : skipToken,
  );
  const found = data?.image?.id === image?.id ? data?.image : undefined;
  return { there: found?.originalAvailable, lines: found?.words ?? NO_LINES };
}

function Details({ hit }: { readonly hit: ShownPicture }) {
  const { t, language } = useLanguage();
  const { image, collection } = hit;
  return (
    <dl>
      {hit.similarity !== null && (
        <>
          <dt title={t.similarityHint}>{t.similarity}</dt>
          <dd>
            <Similarity value={hit.similarity} />
          </dd>
        </>
      )}
      {hit.distance !== null && (
        <>
          <dt title={t.distanceHint}>{t.distance}</dt>
          <dd>{formatScore(hit.distance)}</dd>
        </>
      )}
      <dt>{t.size}</dt>
      <dd>
        {image.width} × {image.height} px
      </dd>
      <dt>{t.fileSize}</dt>
      <dd>{formatBytes(image.sizeBytes)}</dd>
      <dt>{t.fileType}</dt>
      <dd>{formatName(image.mimeType)}</dd>
      {image.takenAt !== null && (
        <>
          <dt>{image.takenAtSource === 'FILE' ? t.fileTime : t.takenAt}</dt>
          <dd>{formatTaken(image, language)}</dd>
        </>
      )}
      {image.camera !== null && (
        <>
          <dt>{t.camera}</dt>
          <dd>{image.camera}</dd>
        </>
      )}
      {image.tags.length > 0 && (
        <>
          <dt>{t.tags}</dt>
          <dd>{image.tags.join(t.listComma)}</dd>
        </>
      )}
      <dt>{t.collection}</dt>
      <dd>{collection}</dd>
    </dl>
  );
}

interface SamePicturesProps {
  readonly pictures: readonly ShownPicture[];
  /** The id of the image that is shown. */
  readonly shown: string;
  readonly onShow: (picture: ShownPicture) => void;
}

/** The pictures that a search counts as one. */
function SamePictures({ pictures, shown, onShow }: SamePicturesProps) {
  const { t, count } = useLanguage();
  return (
    <div className="same-pictures" role="group" aria-label={fill(t.samePictures, { count: count(pictures.length) })}>
      <p>{fill(t.samePictures, { count: count(pictures.length) })}</p>
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

interface StepProps {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly icon: ReactNode;
}

function Step({ label, disabled, onClick, icon }: StepProps) {
  return (
    <button type="button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {icon}
    </button>
  );
}
