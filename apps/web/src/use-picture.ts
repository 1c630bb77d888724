import { useCallback, useEffect, useState } from 'react';

import { droppedFiles, pictureFiles, type PictureFiles } from '../logic/src/files';
import { shrinkPicture } from './shrink-picture';
import { navigate } from './use-address';

/** One picture, or several files or a folder. */
export type Dragged = 'picture' | 'files';

export interface PictureState {
  /** The picture of the search as a data URL. It is not in the address, so it is lost when the page closes. */
  readonly picture: string | null;
  /** The browser cannot read the last file as a picture. */
  readonly unreadable: boolean;
  /** What the user drags over the page; null: nothing. */
  readonly dragged: Dragged | null;
  readonly choose: (file: Blob) => void;
  readonly clear: () => void;
}

/**
 * A picture to search with: chosen, pasted, or dropped on the page. Another search replaces it.
 * @param loading the user is choosing files to load; a single picture is one of them
 * @param onFiles called when folders or several pictures are dropped, or one on the place for loads
 */
export function usePicture(addressed: boolean, loading: boolean, onFiles: (files: PictureFiles) => void): PictureState {
  const [picture, setPicture] = useState<string | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const [dragged, setDragged] = useState<Dragged | null>(null);
  if (addressed && picture !== null) setPicture(null);

  const choose = useCallback((file: Blob) => {
    shrinkPicture(file).then(
      (small) => {
        setUnreadable(false);
        navigate({ query: '', like: null, view: 'search' });
        setPicture(small);
      },
      () => {
        setUnreadable(true);
      },
    );
  }, []);
  const clear = useCallback(() => {
    setPicture(null);
    setUnreadable(false);
  }, []);

  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (!file) return;
      event.preventDefault();
      choose(file);
    };
    const onDragOver = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      // Otherwise the browser would open the file.
      event.preventDefault();
      const [item, ...more] = event.dataTransfer.items;
      setDragged(item?.type.startsWith('image/') === true && more.length === 0 ? 'picture' : 'files');
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDragged(null);
    };
    const onDrop = (event: DragEvent): void => {
      setDragged(null);
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      const [first, ...others] = [...event.dataTransfer.items].filter(({ kind }) => kind === 'file');
      const isFolder = first?.webkitGetAsEntry()?.isDirectory === true;
      const place = event.target instanceof Element ? event.target.closest('[data-drop]') : null;
      const isToLoad = loading || place?.getAttribute('data-drop') === 'load';
      const single = first && others.length === 0 && !isFolder && !isToLoad ? first.getAsFile() : null;
      if (single) choose(single);
      else {
        droppedFiles(event.dataTransfer.items).then(
          (files) => {
            onFiles(pictureFiles(files));
          },
          () => {
            setUnreadable(true);
          },
        );
      }
    };
    document.addEventListener('paste', onPaste);
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [choose, loading, onFiles]);

  return { picture, unreadable, dragged, choose, clear };
}
