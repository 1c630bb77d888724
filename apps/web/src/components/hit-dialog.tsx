import { useState, type KeyboardEvent, type ReactNode } from 'react';

import { formatBytes, formatScore } from '../../logic/src/format';
import { searchAsGraphql } from '../../logic/src/graphql-text';
import { tileOffers } from '../../logic/src/tile-picture';
import type { HitFragment, SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { canCopy, pictureBlob, textBlob, useCopy } from '../use-copy';
import { Similarity } from './hit-tile';
import { CodeIcon, CopyIcon, NextIcon, OpenIcon, PictureIcon, PreviousIcon, SimilarIcon } from './icons';
import { Modal } from './modal';

interface Props {
  readonly sought: SearchQuery;
  readonly collection: string;
  readonly hits: readonly HitFragment[];
  /** From 0. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
  readonly onClose: () => void;
}

export default function HitDialog({ sought, collection, hits, rank, onRank, onClose }: Props) {
  const { t } = useLanguage();
  const { outcome, copy } = useCopy();
  const hit = hits[rank];
  if (!hit) return null;
  const { image } = hit;
  const go = (to: number) => {
    if (hits[to]) onRank(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') go(rank - 1);
    if (event.key === 'ArrowRight') go(rank + 1);
  };
  return (
    <Modal className="viewer" label={image.imageId} onClose={onClose} onKeyDown={onKeyDown}>
      <figure>
        <Picture key={image.id} image={image} />
        <figcaption>
          <h2>{image.imageId}</h2>
          <dl>
            <dt title={t.similarityHint}>{t.similarity}</dt>
            <dd>
              <Similarity value={hit.similarity} />
            </dd>
            <dt title={t.distanceHint}>{t.distance}</dt>
            <dd>{formatScore(hit.distance)}</dd>
            <dt>{t.size}</dt>
            <dd>
              {image.width} × {image.height} px
            </dd>
            <dt>{t.fileSize}</dt>
            <dd>{formatBytes(image.sizeBytes)}</dd>
            <dt>{t.fileType}</dt>
            <dd>{image.mimeType.replace('image/', '').replace('+xml', '').toUpperCase()}</dd>
            <dt>{t.collection}</dt>
            <dd>{collection}</dd>
          </dl>
          <div className="viewer-actions">
            <button
              type="button"
              className="primary"
              onClick={() => {
                onClose();
                navigate({ query: '', like: image.imageId });
              }}
            >
              <SimilarIcon />
              {t.findSimilar}
            </button>
            {canCopy && (
              <button
                type="button"
                onClick={() => {
                  copy('image/png', pictureBlob(image.larger));
                }}
              >
                <CopyIcon />
                {t.copyPicture}
              </button>
            )}
            {canCopy && !('picture' in sought && sought.picture !== undefined) && (
              <button
                type="button"
                onClick={() => {
                  copy('text/plain', textBlob(searchAsGraphql(sought, collection)));
                }}
              >
                <CodeIcon />
                {t.copyGraphql}
              </button>
            )}
            <a className="button" href={image.original} target="_blank" rel="noreferrer">
              <OpenIcon />
              {t.original}
            </a>
            <p role="status">{outcome === 'copied' ? t.copied : outcome === 'failed' ? t.copyFailed : ''}</p>
          </div>
          <div className="viewer-steps">
            <Step label={t.previous} disabled={rank === 0} onClick={() => go(rank - 1)} icon={<PreviousIcon />} />
            <span>
              {rank + 1} / {hits.length}
            </span>
            <Step label={t.next} disabled={rank === hits.length - 1} onClick={() => go(rank + 1)} icon={<NextIcon />} />
          </div>
        </figcaption>
      </figure>
    </Modal>
  );
}

/** The thumbnail, which is here already, until the large picture is. */
function Picture({ image }: { readonly image: HitFragment['image'] }) {
  const { t } = useLanguage();
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  if (state === 'broken') {
    return (
      <div className="viewer-picture tile-missing">
        <PictureIcon />
        {t.noPicture}
      </div>
    );
  }
  return (
    <div className="viewer-frame">
      {state === 'loading' && <img className="viewer-under" src={tileOffers(image)[0].url} alt="" aria-hidden="true" />}
      <img
        className="viewer-picture"
        src={image.large}
        srcSet={`${image.large} 1280w, ${image.larger} 2048w`}
        sizes="(max-width: 52rem) 96vw, 59rem"
        width={image.width}
        height={image.height}
        alt={image.imageId}
        onLoad={() => {
          setState('shown');
        }}
        onError={() => {
          setState('broken');
        }}
      />
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
