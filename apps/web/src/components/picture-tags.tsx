import { skipToken, useMutation, useQuery } from '@apollo/client/react';
import { useId, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { NO_FILTER } from '../../logic/src/page-filter';
import { ChangePictureTagsDocument, TagNamesDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { offers } from '../session';
import { navigate } from '../use-address';
import { CloseIcon } from './icons';

/** The longest tag that the server takes. */
const LONGEST_TAG = 64;

interface Props {
  readonly collection: string;
  readonly imageId: string;
  readonly tags: readonly string[];
}

/** The tags of a picture: each leads to the pictures that have it. Who may change pictures adds and removes them. */
export function PictureTags({ collection, imageId, tags }: Props) {
  const { t } = useLanguage();
  const [change, { loading, error, data }] = useMutation(ChangePictureTagsDocument);
  const act = (to: { readonly addTags: string[] } | { readonly removeTags: string[] }): void => {
    change({ variables: { collection, change: { imageId, ...to } } }).catch(() => undefined);
  };
  const refused = error?.message ?? data?.setImageAttributes[0]?.message;
  if (tags.length === 0 && !offers.changeImages) return null;
  return (
    <section className="picture-tags" aria-label={t.tags}>
      <h3>{t.tags}</h3>
      <ul>
        {tags.map((tag) => (
          <li key={tag} className="tag">
            <button
              type="button"
              title={fill(t.searchTag, { tag })}
              onClick={() => {
                const filter = { ...NO_FILTER, tags: [tag] };
                navigate({ query: '', like: null, collection, everywhere: false, filter });
              }}
            >
              {tag}
            </button>
            {offers.changeImages && (
              <button
                type="button"
                className="tag-remove"
                aria-label={fill(t.removeTag, { tag })}
                title={fill(t.removeTag, { tag })}
                disabled={loading}
                onClick={() => {
                  act({ removeTags: [tag] });
                }}
              >
                <CloseIcon />
              </button>
            )}
          </li>
        ))}
      </ul>
      {offers.changeImages && (
        <TagField
          collection={collection}
          tags={tags}
          onAdd={(tag) => {
            act({ addTags: [tag] });
          }}
        />
      )}
      {refused && (
        <p className="viewer-note" role="alert">
          {t.tagFailed}: {refused}
        </p>
      )}
    </section>
  );
}

interface FieldProps {
  readonly collection: string;
  readonly tags: readonly string[];
  readonly onAdd: (tag: string) => void;
}

/** Suggests the tags of the collection, once it is used. */
function TagField({ collection, tags, onAdd }: FieldProps) {
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const [isUsed, setUsed] = useState(false);
  const list = useId();
  const { data } = useQuery(
    TagNamesDocument,
    isUsed ? { variables: { collection }, fetchPolicy: 'cache-and-network' } : skipToken,
  );
  const names = (data?.facets[0]?.values ?? []).map(({ value }) => value).filter((name) => !tags.includes(name));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const tag = text.trim();
        if (tag !== '' && !tags.includes(tag)) onAdd(tag);
        setText('');
      }}
    >
      <input
        type="text"
        list={list}
        value={text}
        maxLength={LONGEST_TAG}
        aria-label={t.addTag}
        placeholder={t.addTag}
        title={t.addTagHint}
        autoComplete="off"
        enterKeyHint="done"
        onFocus={() => {
          setUsed(true);
        }}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}
