import { useState, type KeyboardEvent } from 'react';

import { formatBytes, formatScore } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { SearchHit } from '../operations';
import { navigate } from '../use-address';
import { Similarity } from './hit-tile';
import { NextIcon, PictureIcon, PreviousIcon } from './icons';
import { Modal } from './modal';

interface Props {
  readonly hits: readonly SearchHit[];
  /** From 0. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
  readonly onClose: () => void;
}

export function HitDialog({ hits, rank, onRank, onClose }: Props) {
  const { t } = useLanguage();
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
          </dl>
          <div className="viewer-links">
            <a href={image.original} target="_blank" rel="noreferrer">
              {t.original}
            </a>
            <button
              type="button"
              onClick={() => {
                onClose();
                navigate({ query: '', like: image.imageId });
              }}
            >
              {t.findSimilar}
            </button>
            <span className="viewer-steps">
              <Step label={t.previous} disabled={rank === 0} onClick={() => go(rank - 1)} icon={<PreviousIcon />} />
              <span>
                {rank + 1} / {hits.length}
              </span>
              <Step
                label={t.next}
                disabled={rank === hits.length - 1}
                onClick={() => go(rank + 1)}
                icon={<NextIcon />}
              />
            </span>
          </div>
        </figcaption>
      </figure>
    </Modal>
  );
}

/** The thumbnail, which is here already, until the large picture is. */
function Picture({ image }: { readonly image: SearchHit['image'] }) {
  const { t } = useLanguage();
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <div className="viewer-picture tile-missing">
        <PictureIcon />
        {t.noPicture}
      </div>
    );
  }
  return (
    <img
      className="viewer-picture"
      src={image.large}
      style={{ backgroundImage: `url("${image.thumbnail}")` }}
      width={image.width}
      height={image.height}
      alt={image.imageId}
      onLoad={(event) => {
        // A transparent picture would show the thumbnail through.
        event.currentTarget.style.backgroundImage = 'none';
      }}
      onError={() => {
        setBroken(true);
      }}
    />
  );
}

interface StepProps {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly icon: React.ReactNode;
}

function Step({ label, disabled, onClick, icon }: StepProps) {
  return (
    <button type="button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {icon}
    </button>
  );
}
