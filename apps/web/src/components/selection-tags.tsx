import { skipToken, useApolloClient, useQuery } from '@apollo/client/react';
import { useId, useState, type FormEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { add, batches, byCollection, tagCounts, type SelectedPicture, type Selection } from '../../logic/src/selection';
import { ChangeTagsDocument, UsedTagsDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { CloseIcon } from './icons';
import { Modal } from './modal';

const AT_ONCE = 1_000;
/** The longest tag that the server takes, in characters. */
const LONGEST_TAG = 64;
const SUGGESTED = 12;
const LISTED = 60;

interface Props {
  readonly pictures: readonly SelectedPicture[];
  readonly collection: string | null;
  readonly onChange: (change: (before: Selection) => Selection) => void;
  /** @param isChanged whether a picture has other tags now */
  readonly onClose: (isChanged: boolean) => void;
}

interface Change {
  readonly kind: 'add' | 'remove';
  readonly tag: string;
  /** The pictures that have changed. */
  readonly of: readonly SelectedPicture[];
}

/** The tags of selected pictures: added to all, or removed from all; the last change can be undone. */
export function SelectionTags({ pictures, collection, onChange, onClose }: Props) {
  const { t, count } = useLanguage();
  const client = useApolloClient();
  const field = useId();
  const [text, setText] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const [last, setLast] = useState<Change | null>(null);
  const [isChanged, setChanged] = useState(false);
  const [refused, setRefused] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const { data } = useQuery(
    UsedTagsDocument,
    collection === null ? skipToken : { variables: { collection }, fetchPolicy: 'network-only' },
  );
  const own = tagCounts(pictures);
  const isOnAll = new Set(own.filter(({ count: has }) => has === pictures.length).map(({ tag }) => tag));
  const used = (data?.facets[0]?.values ?? []).map(({ value }) => value);
  const wanted = text.trim().toLowerCase();
  const suggested = used.filter((tag) => !isOnAll.has(tag) && tag.toLowerCase().includes(wanted)).slice(0, SUGGESTED);

  const change = async (kind: Change['kind'], tag: string, among: readonly SelectedPicture[]): Promise<void> => {
    const of = among.filter(({ tags }) => tags.includes(tag) === (kind === 'remove'));
    const changed: SelectedPicture[] = [];
    let [left, why] = [0, ''];
    setError(null);
    setDone(0);
    try {
      for (const [name, group] of byCollection(of))
        for (const batch of batches(group, AT_ONCE)) {
          const changes = batch.map(({ imageId }) => ({ imageId, [kind === 'add' ? 'addTags' : 'removeTags']: [tag] }));
          const answer = await client.mutate({
            mutation: ChangeTagsDocument,
            variables: { collection: name, changes },
          });
          const results = answer.data?.setImageAttributes ?? [];
          for (const [i, result] of results.entries()) {
            const picture = batch[i];
            if (picture && result.image) changed.push({ ...picture, tags: result.image.tags });
            if (result.status !== 'DONE') [left, why] = [left + 1, result.message ?? result.status];
          }
          setDone(changed.length + left);
        }
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    }
    setDone(null);
    if (changed.length > 0) setChanged(true);
    setRefused(left === 0 ? '' : fill(t.tagRefused, { count: count(left), message: why }));
    setLast({ kind, tag, of: changed });
    // The pictures are selected already, so no other one is.
    onChange((before) =>
      add(
        before,
        changed.filter(({ id }) => before.pictures.has(id)),
      ),
    );
  };
  const put = (kind: Change['kind'], tag: string) => () => {
    change(kind, tag, pictures).catch(() => undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const tag = text.trim().normalize('NFC');
    if (tag === '') return;
    setText('');
    put('add', tag)();
  };
  const title = fill(t.tagsTitle, { count: count(pictures.length) });
  const isRunning = done !== null;
  return (
    <Modal
      className="panel selection-tags"
      label={title}
      onClose={() => {
        if (!isRunning) onClose(isChanged);
      }}
    >
      <h2>{title}</h2>
      <form onSubmit={submit}>
        <label htmlFor={field}>{t.tagAdd}</label>
        <span className="tag-field">
          <input
            id={field}
            value={text}
            maxLength={LONGEST_TAG}
            placeholder={t.tagHint}
            autoComplete="off"
            disabled={isRunning}
            onChange={(event) => {
              setText(event.target.value);
            }}
          />
          <button type="submit" className="primary" disabled={isRunning || wanted === ''}>
            {t.tagAdd}
          </button>
        </span>
      </form>
      {suggested.length > 0 && (
        <div className="tag-chips" role="group" aria-label={t.tagSuggestions}>
          {suggested.map((tag) => (
            <button
              key={tag}
              type="button"
              className="tag-chip"
              disabled={isRunning}
              aria-label={fill(t.tagAddTo, { tag })}
              onClick={put('add', tag)}
            >
              + {tag}
            </button>
          ))}
        </div>
      )}
      {own.length > 0 && (
        <ul className="tag-list" aria-label={t.tags}>
          {own.slice(0, LISTED).map(({ tag, count: has }) => (
            <li key={tag}>
              <span>{tag}</span>
              {has < pictures.length ? (
                <button
                  type="button"
                  className="quiet"
                  disabled={isRunning}
                  aria-label={fill(t.tagAddTo, { tag })}
                  title={fill(t.tagAddTo, { tag })}
                  onClick={put('add', tag)}
                >
                  {fill(t.tagSome, { count: count(has), total: count(pictures.length) })}
                </button>
              ) : (
                <small>{t.tagAll}</small>
              )}
              <button
                type="button"
                className="quiet"
                disabled={isRunning}
                aria-label={fill(t.tagRemoveFrom, { tag })}
                title={fill(t.tagRemoveFrom, { tag })}
                onClick={put('remove', tag)}
              >
                <CloseIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="tag-state" role="status">
        {isRunning
          ? fill(t.tagRunning, { done: count(done), total: count(pictures.length) })
          : last &&
            fill(last.kind === 'add' ? t.tagAdded : t.tagRemoved, { tag: last.tag, count: count(last.of.length) })}
        {!isRunning && refused !== '' && ` ${refused}`}
        {!isRunning && last && last.of.length > 0 && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              change(last.kind === 'add' ? 'remove' : 'add', last.tag, last.of).catch(() => undefined);
            }}
          >
            {t.undo}
          </button>
        )}
      </p>
      {error && <ErrorText error={error} />}
    </Modal>
  );
}
