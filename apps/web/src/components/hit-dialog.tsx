import { useRef, useState, type KeyboardEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { shorten } from '../../logic/src/limit-text';
import { nameAndFolder } from '../../logic/src/name-and-folder';
import { NO_FILTER } from '../../logic/src/page-filter';
import type { Swipe } from '../../logic/src/swipe';
import { formatAddress, START } from '../../logic/src/url-state';
import type { SearchScope } from '../find-variables';
import { useLanguage } from '../language';
import { offers } from '../session';
import { readStored, store } from '../stored';
import { useTakenOut } from '../taken-out';
import type { ShownPicture } from '../types';
import { navigate } from '../use-address';
import { canCopy, pictureBlob, textBlob, useCopy } from '../use-copy';
import { usePictureDetails } from '../use-picture-details';
import { ZOOM_STEP } from '../use-stage';
import { DeleteDialog } from './delete-dialog';
import { Modal } from './modal';
import UndoNotice from './undo-notice';
import { ViewerBar } from './viewer-bar';
import { ViewerDetails } from './viewer-details';
import type { MenuAction } from './viewer-menu';
import { ViewerStage, type StageControls } from './viewer-stage';
import { WordLayer } from './word-layer';
import '../styles/viewer.css';

const DETAILS_KEY = 'wentu.details';
/** On a narrower window the details are below the picture, and are closed at first. */
const WIDE_WINDOW = '(min-width: 60rem)';
/** How far a key moves an enlarged picture, in CSS pixels. */
const PAN = 120;

interface Props {
  readonly scope: SearchScope;
  /** The number of pictures. */
  readonly count: number;
  /** Undefined while the picture of this rank is being read. */
  readonly pictureAt: (rank: number) => ShownPicture | undefined;
  /** Counted from 0. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
  readonly onClose: () => void;
}

/** The viewer: one picture of a list, as large as the window. */
export default function HitDialog({ scope, count, pictureAt, rank, onRank, onClose }: Props) {
  const { t } = useLanguage();
  const { outcome, copy } = useCopy();
  const [isAsking, setAsking] = useState(false);
  const [showsWords, setShowsWords] = useState(false);
  const [isBare, setBare] = useState(false);
  const [hasDetails, toggleDetails] = useStoredDetails();
  const stage = useRef<StageControls>(null);
  const downloadLink = useRef<HTMLAnchorElement>(null);
  /** A picture that looks the same as that of this rank, and is shown instead. */
  const [other, setOther] = useState<{ readonly rank: number; readonly picture: ShownPicture } | null>(null);
  const best = pictureAt(rank);
  const hit = other?.rank === rank ? other.picture : best;
  const details = usePictureDetails(hit, hasDetails && !isBare);
  const isPreview = details.hasOriginal === false;

  const { hidden } = useTakenOut();
  /** The place of the next or the previous picture that is not hidden; null: there is none. */
  const beside = (by: 1 | -1): number | null => {
    let to = rank + by;
    while (hidden.has(pictureAt(to)?.image.id ?? '')) to += by;
    return to >= 0 && to < count ? to : null;
  };
  const [previous, next] = [beside(-1), beside(1)];
  const go = (by: 1 | -1): void => {
    const to = by < 0 ? previous : next;
    if (to !== null && (best !== undefined || by < 0)) onRank(to);
  };
  const onSwipe = (swipe: Exclude<Swipe, 'stay'>): void => {
    if (swipe === 'close') onClose();
    else if (swipe === 'details') {
      if (!hasDetails) toggleDetails();
      setBare(false);
    } else go(swipe === 'next' ? 1 : -1);
  };
  const copyText = (text: string): void => {
    copy('text/plain', textBlob(text));
  };
  const findSimilar = (): void => {
    if (!hit) return;
    navigate({
      ...{ query: '', like: hit.image.imageId },
      ...(scope.collection === null ? { collection: hit.collection, everywhere: false } : {}),
    });
  };
  const showInFolder = (): void => {
    if (!hit) return;
    const folder = nameAndFolder(hit.image.imageId).folder || null;
    const { collection } = hit;
    const open = hit.image.id;
    const filter = { ...NO_FILTER, folder };
    // Two steps: a picture that is closed leads back to its folder, and not to where it was opened before.
    navigate({ ...START, collection, filter, sort: '-taken' });
    navigate({ open });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isForViewer(event)) return;
    const act = keysOf({
      ...{ go, stage: stage.current, toggleDetails, findSimilar },
      save: () => downloadLink.current?.click(),
      ask: () => {
        if (offers.changeImages && hit) setAsking(true);
      },
    })[event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key];
    if (!act) return;
    event.preventDefault();
    setBare(false);
    act();
  };

  return (
    <Modal
      className={`viewer ${isBare ? 'viewer-bare' : ''}`}
      label={hit?.image.imageId ?? t.gallery}
      hasCloseButton={false}
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      <div className={`viewer-layout ${hasDetails && !isBare ? 'viewer-detailed' : ''}`}>
        <ViewerBar
          {...{ rank, count, downloadLink, hasDetails, onClose }}
          imageId={hit?.image.imageId ?? ''}
          onDetails={toggleDetails}
          onSimilar={findSimilar}
          download={downloadOf(hit, details.known?.downloadUrl, isPreview)}
          onDelete={
            offers.changeImages
              ? () => {
                  setAsking(true);
                }
              : null
          }
          actions={hit ? menuOf(hit) : []}
        />
        <ViewerStage
          controls={stage}
          picture={hit}
          previous={previous === null ? undefined : pictureAt(previous)}
          next={next === null ? undefined : pictureAt(next)}
          hasPrevious={previous !== null}
          hasNext={next !== null}
          isPreview={isPreview}
          onSwipe={onSwipe}
          onTap={() => {
            setBare(!isBare);
          }}
        >
          {hit && (
            <WordLayer image={hit.image} lines={details.lines} found={hit.matched?.boxes ?? []} marksAll={showsWords} />
          )}
        </ViewerStage>
        {hit && hasDetails && !isBare && (
          <ViewerDetails
            picture={hit}
            details={details}
            same={best?.duplicates && best.duplicates.length > 0 ? [best, ...best.duplicates] : []}
            onShow={(picture) => {
              setOther({ rank, picture });
            }}
            showsWords={showsWords}
            onWords={setShowsWords}
            onCopy={copyText}
            onFolder={showInFolder}
          />
        )}
        <UndoNotice />
        <p className="viewer-toast" role="status">
          {outcome === 'copied' ? t.copied : outcome === 'failed' ? t.copyFailed : ''}
        </p>
      </div>
      {isAsking && hit && (
        <DeleteDialog
          pictures={[{ id: hit.image.id, imageId: hit.image.imageId, collection: hit.collection }]}
          title={fill(t.deleteTitle, { name: shorten(hit.image.imageId) })}
          onHidden={() => {
            // Of pictures that look the same, the best one is in the list.
            if (hit !== best) setOther(null);
            else if (next === null) onClose();
            else onRank(next);
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </Modal>
  );

  function menuOf({ image, collection }: ShownPicture): MenuAction[] {
    const link = formatAddress({ ...START, collection, sort: '-taken', open: image.id });
    const copies: MenuAction[] = [
      {
        label: t.copyPicture,
        act: () => {
          copy('image/png', pictureBlob(image.larger));
        },
      },
      {
        label: t.copyLink,
        act: () => {
          copyText(location.origin + location.pathname + link);
        },
      },
      {
        label: t.copyPath,
        act: () => {
          copyText(details.known?.originalPath ?? image.imageId);
        },
      },
    ];
    return [
      ...(canCopy ? copies : []),
      { label: t.showInFolder, act: showInFolder },
      { label: isPreview ? t.openPreview : t.original, href: image.original },
      ...(offers.changeImages
        ? [
            {
              label: t.deleteImage,
              act: () => {
                setAsking(true);
              },
            },
          ]
        : []),
    ];
  }
}

/** Whether the details are open, which this browser remembers. */
function useStoredDetails(): readonly [boolean, () => void] {
  const [isOpen, setOpen] = useState(() => {
    const stored = readStored(DETAILS_KEY);
    return stored === null ? matchMedia(WIDE_WINDOW).matches : stored === 'open';
  });
  const toggle = (): void => {
    setOpen(!isOpen);
    store(DETAILS_KEY, isOpen ? 'closed' : 'open');
  };
  return [isOpen, toggle];
}

/** Keys in a menu, a field, or another dialog above are not those of the viewer. */
function isForViewer({ target, currentTarget, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (altKey || ctrlKey || metaKey || !(target instanceof Element) || !currentTarget.contains(target)) return false;
  return target.closest('input, textarea, select, [role=menu]') === null;
}

interface KeyActs {
  readonly go: (by: 1 | -1) => void;
  readonly stage: StageControls | null;
  readonly toggleDetails: () => void;
  readonly findSimilar: () => void;
  readonly save: () => void;
  readonly ask: () => void;
}

function keysOf(acts: KeyActs): Readonly<Partial<Record<string, () => void>>> {
  const { go, stage, toggleDetails, findSimilar, save, ask } = acts;
  const zoom = (factor: number) => () => stage?.zoomBy(factor);
  const pan = (x: number, y: number) => () => stage?.panBy(x * PAN, y * PAN);
  return {
    ...{ ArrowLeft: () => go(-1), ArrowRight: () => go(1) },
    ...{ '+': zoom(ZOOM_STEP), '=': zoom(ZOOM_STEP), '-': zoom(1 / ZOOM_STEP), 0: () => stage?.fitAll() },
    ...{ 'Shift+ArrowLeft': pan(1, 0), 'Shift+ArrowRight': pan(-1, 0) },
    ...{ 'Shift+ArrowUp': pan(0, 1), 'Shift+ArrowDown': pan(0, -1) },
    ...{ i: toggleDetails, I: toggleDetails, s: findSimilar, S: findSimilar, d: save, D: save, Delete: ask },
  };
}

function downloadOf(hit: ShownPicture | undefined, url: string | undefined, isPreview: boolean) {
  if (!hit) return null;
  if (isPreview) return { href: hit.image.larger, isPreview };
  return url === undefined ? null : { href: url, isPreview };
}
