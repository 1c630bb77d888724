import { skipToken, useQuery } from '@apollo/client/react';
import type { KeyboardEvent, ReactNode } from 'react';

import { formatBytes, formatScore } from '../../logic/src/format';
import { searchAsGraphql } from '../../logic/src/graphql-text';
import { formatName } from '../../logic/src/say';
import { OriginalDocument, type HitFragment, type SearchQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { canCopy, pictureBlob, textBlob, useCopy } from '../use-copy';
import { Similarity } from './hit-tile';
import { CodeIcon, CopyIcon, NextIcon, OpenIcon, PreviousIcon, SimilarIcon } from './icons';
import { Modal } from './modal';
import { ViewerPicture } from './viewer-picture';

interface Props {
  readonly query: SearchQuery;
  readonly collection: string;
  readonly hits: readonly HitFragment[];
  /** Counted from 0. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
  readonly onClose: () => void;
}

export default function HitDialog({ query, collection, hits, rank, onRank, onClose }: Props) {
  const { t } = useLanguage();
  const { outcome, copy } = useCopy();
  const hit = hits[rank];
  const there = useOriginal(hit?.image, collection);
  if (!hit) return null;
  const { image } = hit;
  const open = there === false ? t.openPreview : t.original;
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
        <ViewerPicture key={image.id} image={image} isPreview={there === false} />
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
            <Details hit={hit} collection={collection} />
          </div>
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
                title={t.copyPicture}
                onClick={() => {
                  copy('image/png', pictureBlob(image.larger));
                }}
              >
                <CopyIcon />
                <span>{t.copyPicture}</span>
              </button>
            )}
            {canCopy && !('picture' in query && query.picture !== undefined) && (
              <button
                type="button"
                title={t.copyGraphql}
                onClick={() => {
                  copy('text/plain', textBlob(searchAsGraphql(query, collection)));
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

/**
 * Whether the original exists; null: its storage does not answer; undefined: not known, for example while the picture
 * is being replaced.
 */
function useOriginal(image: HitFragment['image'] | undefined, collection: string): boolean | null | undefined {
  const { data } = useQuery(
    OriginalDocument,
    image ? { variables: { collection, imageId: image.imageId }, fetchPolicy: 'network-only' } : skipToken,
  );
  return data?.image?.id === image?.id ? data?.image?.originalAvailable : undefined;
}

function Details({ hit, collection }: { readonly hit: HitFragment; readonly collection: string }) {
  const { t } = useLanguage();
  const { image } = hit;
  return (
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
      <dd>{formatName(image.mimeType)}</dd>
      <dt>{t.collection}</dt>
      <dd>{collection}</dd>
    </dl>
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
