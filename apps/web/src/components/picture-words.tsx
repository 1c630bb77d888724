import { useId } from 'react';

import { fill } from '../../logic/src/dictionary';
import { markWords } from '../../logic/src/mark-words';
import { useLanguage } from '../language';
import type { ShownPicture } from '../types';
import { canCopy } from '../use-copy';
import { CopyIcon, TextIcon } from './icons';
import { MarkedLine } from './marked-line';
import type { PictureLine } from './word-layer';

interface Props {
  readonly lines: readonly PictureLine[];
  readonly matched: ShownPicture['matched'];
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly onCopy: (text: string) => void;
}

/** In the viewer: the lines that were found, and all words of the picture to select and copy. */
export function PictureWords({ lines, matched, isOpen, onOpen, onCopy }: Props) {
  const { t, count } = useLanguage();
  const list = useId();
  const text = lines.map((line) => line.text).join('\n');
  return (
    <div className="picture-words">
      {matched && (
        <div className="found-lines" role="group" aria-label={t.foundWords}>
          {matched.lines.map((line, i) => (
            <p key={i}>
              <MarkedLine marked={markWords(line.text, matched.words)} />
            </p>
          ))}
        </div>
      )}
      {lines.length > 0 && (
        <div className="picture-words-head">
          <button
            type="button"
            className="quiet"
            aria-expanded={isOpen}
            aria-controls={list}
            onClick={() => {
              onOpen(!isOpen);
            }}
          >
            <TextIcon />
            {fill(t.pictureWords, { count: count(lines.length) })}
          </button>
          {canCopy && (
            <button
              type="button"
              className="quiet"
              title={t.copyWords}
              aria-label={t.copyWords}
              onClick={() => {
                onCopy(text);
              }}
            >
              <CopyIcon />
            </button>
          )}
        </div>
      )}
      <p id={list} className="picture-text" hidden={!isOpen || lines.length === 0}>
        {text}
      </p>
    </div>
  );
}
