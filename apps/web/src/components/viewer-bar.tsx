import type { Ref } from 'react';

import { nameAndFolder } from '../../logic/src/name-and-folder';
import { useLanguage } from '../language';
import { CloseIcon, DeleteIcon, SimilarIcon } from './icons';
import { DownloadIcon, InfoIcon } from './viewer-icons';
import { ViewerMenu, type MenuAction } from './viewer-menu';

interface Props {
  readonly rank: number;
  readonly count: number;
  readonly imageId: string;
  readonly hasDetails: boolean;
  readonly onDetails: () => void;
  readonly onSimilar: () => void;
  /** What is saved; null: not known yet. */
  readonly download: { readonly href: string; readonly isPreview: boolean } | null;
  readonly downloadLink: Ref<HTMLAnchorElement>;
  /** Null: the user may not delete pictures. */
  readonly onDelete: (() => void) | null;
  readonly actions: readonly MenuAction[];
  readonly onClose: () => void;
}

/** Above the stage: the place in the list, and what can be done with the picture. */
export function ViewerBar(props: Props) {
  const { rank, count: all, imageId, hasDetails, download, onDelete } = props;
  const { t, count } = useLanguage();
  const { file } = nameAndFolder(imageId);
  const save = download?.isPreview ? t.downloadPreview : t.download;
  return (
    <div className="viewer-bar">
      <button
        type="button"
        className="bar-button"
        aria-label={t.close}
        title={`${t.close} (Esc)`}
        onClick={props.onClose}
      >
        <CloseIcon />
      </button>
      <span className="viewer-position">
        {count(rank + 1)} / {count(all)}
      </span>
      <span className="viewer-name" title={imageId}>
        {file}
      </span>
      <div className="viewer-actions" role="group" aria-label={t.actions}>
        <button
          type="button"
          className="bar-button"
          aria-label={t.findSimilar}
          title={`${t.findSimilar} (S)`}
          onClick={props.onSimilar}
        >
          <SimilarIcon />
          <span className="bar-text">{t.findSimilar}</span>
        </button>
        <a
          className="bar-button"
          ref={props.downloadLink}
          aria-label={save}
          title={`${save} (D)`}
          {...(download ? { href: download.href, download: '' } : { role: 'link', 'aria-disabled': true })}
        >
          <DownloadIcon />
        </a>
        {onDelete && (
          <button
            type="button"
            className="bar-button viewer-fine"
            aria-label={t.deleteImage}
            title={`${t.deleteImage} (Del)`}
            onClick={onDelete}
          >
            <DeleteIcon />
          </button>
        )}
        <button
          type="button"
          className="bar-button"
          aria-label={t.showDetails}
          title={`${t.showDetails} (I)`}
          aria-expanded={hasDetails}
          onClick={props.onDetails}
        >
          <InfoIcon />
        </button>
        <ViewerMenu actions={props.actions} />
      </div>
    </div>
  );
}
