import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { SearchTyping } from '../../logic/src/search-typing';
import { parseAddress } from '../../logic/src/url-state';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import type { PictureState } from '../use-picture';
import { CollectionPicker } from './collection-picker';
import { SearchIcon } from './icons';
import { PictureButton } from './picture-button';

interface Props {
  readonly query: string;
  readonly collections: readonly Collection[] | undefined;
  readonly collection: Collection | undefined;
  readonly picture: PictureState;
}

export function SearchBox({ query, collections, collection, picture }: Props) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [typing] = useState(
    () =>
      new SearchTyping((committed, mode) => {
        navigate({ query: committed, like: null }, mode);
      }),
  );
  useEffect(() => {
    typing.follow(query);
    // The box keeps a trailing space that is being typed; only another query replaces its text.
    setText((current) => (current.trim() === query ? current : query));
  }, [typing, query]);
  useEffect(() => {
    // Not on arrival by a link with a query: on a phone the keyboard would hide the pictures.
    if (parseAddress(location.search).query === '') input.current?.focus();
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

  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        typing.submit(text);
        // On a phone the keyboard covers half of what was found.
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
          maxLength={200}
          onChange={(event) => {
            setText(event.target.value);
            typing.input(event.target.value);
          }}
          onCompositionStart={() => {
            typing.compositionStart();
          }}
          onCompositionEnd={(event) => {
            typing.compositionEnd(event.currentTarget.value);
          }}
          onKeyDown={keepEnterForInputMethod}
        />
      </label>
      <PictureButton {...picture} />
      <CollectionPicker collections={collections} collection={collection} />
      <button type="submit" className="primary">
        {t.search}
      </button>
    </form>
  );
}

/** Safari ends the composition before the Enter that confirmed it arrives: that one carries the code 229. */
function keepEnterForInputMethod(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.nativeEvent.isComposing || event.keyCode === 229)) event.preventDefault();
}
