import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { limitText, type LimitedText } from '../../logic/src/limit-text';
import { SearchTyping } from '../../logic/src/search-typing';
import { isBrowsing, parseAddress } from '../../logic/src/url-state';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import type { PictureState } from '../use-picture';
import { CollectionPicker } from './collection-picker';
import { CloseIcon, SearchIcon } from './icons';
import { PictureButton } from './picture-button';

interface Props {
  readonly query: string;
  readonly collections: readonly Collection[] | undefined;
  readonly collection: Collection | undefined;
  readonly everywhere: boolean;
  readonly picture: PictureState;
  /** The longest text that the server accepts, in characters. */
  readonly maxLength: number;
  /** The number of characters that were removed from the text in the address. */
  readonly left: number;
}

export function SearchBox({ query, collections, collection, everywhere, picture, maxLength, left }: Props) {
  const { t, count } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  /** The last typed or pasted text that was too long. */
  const [cut, setCut] = useState<LimitedText | null>(null);
  const [typing] = useState(
    () =>
      new SearchTyping((committed, mode) => {
        // A choice about the date of one text is none about the next text.
        navigate({ query: committed, like: null, readsDates: true }, mode);
      }),
  );
  useEffect(() => {
    typing.follow(query);
    // The box keeps a trailing space while the user types; only another query replaces its text.
    setText((current) => (current.trim() === query ? current : query));
  }, [typing, query]);
  useEffect(() => {
    // No focus after opening a link with a query: on a phone the keyboard would hide the pictures.
    const address = parseAddress(location.search);
    if (address.query === '' && !isBrowsing(address)) input.current?.focus();
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, textarea, select, [role=dialog]')) return;
      event.preventDefault();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      typing.cancel();
    };
  }, [typing]);

  const keep = (typed: string, max: number): string => {
    const limited = limitText(typed, max);
    setText(limited.text);
    setCut(limited.left > 0 ? limited : null);
    return limited.text;
  };
  const tooMany = cut?.text === text ? cut.left : left;

  return (
    <>
      <form
        className="search-box"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          typing.submit(text);
          // On a phone the keyboard covers half of the results.
          if (matchMedia('(pointer: coarse)').matches) input.current?.blur();
        }}
      >
        <label className="search-field">
          <SearchIcon />
          <span className="visually-hidden">{t.searchLabel}</span>
          <input
            ref={input}
            type="search"
            name="q"
            value={text}
            placeholder={picture.picture === null ? t.placeholder : t.placeholderWithPicture}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            enterKeyHint="search"
            onChange={(event) => {
              // A text is not cut while an input method is composing.
              const composing = (event.nativeEvent as InputEvent).isComposing;
              const kept = keep(event.target.value, composing ? Infinity : maxLength);
              typing.input(kept);
            }}
            onCompositionStart={() => {
              typing.compositionStart();
            }}
            onCompositionEnd={(event) => {
              typing.compositionEnd(keep(event.currentTarget.value, maxLength));
            }}
            onKeyDown={keepEnterForInputMethod}
          />
        </label>
        {text !== '' && (
          <button
            type="button"
            className="search-clear"
            aria-label={t.clearText}
            title={t.clearText}
            onClick={() => {
              typing.input(keep('', maxLength));
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </button>
        )}
        <PictureButton {...picture} />
        <CollectionPicker collections={collections} collection={collection} everywhere={everywhere} />
        <button type="submit" className="primary">
          {t.search}
        </button>
      </form>
      {tooMany > 0 && (
        <p className="search-note" role="status">
          {fill(t.textLimit, { max: count(maxLength), left: count(tooMany) })}
        </p>
      )}
    </>
  );
}

/** Safari ends the composition before the Enter that confirms it; that Enter has the key code 229. */
function keepEnterForInputMethod(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.nativeEvent.isComposing || event.keyCode === 229)) event.preventDefault();
}
