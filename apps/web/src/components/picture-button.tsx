import { useRef } from 'react';

import { useLanguage } from '../language';
import type { PictureState } from '../use-picture';
import { CloseIcon, PictureIcon } from './icons';

/** Chooses a picture to search with, or shows the current one. */
export function PictureButton({ picture, choose, clear }: Pick<PictureState, 'picture' | 'choose' | 'clear'>) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  if (picture !== null) {
    return (
      <span className="search-picture">
        <img src={picture} alt={t.searchedPicture} />
        <button type="button" aria-label={t.removePicture} title={t.removePicture} onClick={clear}>
          <CloseIcon />
        </button>
      </span>
    );
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) choose(file);
          // So that the same file can be chosen again.
          event.target.value = '';
        }}
      />
      <button
        type="button"
        className="search-picture-button"
        aria-label={t.searchByPicture}
        title={t.searchByPicture}
        onClick={() => {
          input.current?.click();
        }}
      >
        <PictureIcon />
      </button>
    </>
  );
}
