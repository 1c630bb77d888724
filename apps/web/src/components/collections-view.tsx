import { useMutation, useQuery } from '@apollo/client/react';
import { useState, type FormEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatDay } from '../../logic/src/format-date';
import { formatBytes } from '../../logic/src/format';
import { START } from '../../logic/src/url-state';
import {
  CollectionsDocument,
  CollectionsWithSamplesDocument,
  CreateCollectionDocument,
  DropCollectionDocument,
  RenameCollectionDocument,
  type CollectionsWithSamplesQuery,
  type SizesFragment,
} from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { offers } from '../session';
import { navigate } from '../use-address';
import { useDrawnSize } from '../use-drawn-size';
import { Answer } from './answer';
import { Breakable } from './breakable';
import { ConfirmDialog } from './confirm-dialog';
import { ErrorText } from './error-text';
import { PictureIcon } from './icons';
import { KeptOutDialog } from './kept-out-dialog';
import { Modal } from './modal';
import { ModelDialog } from './model-dialog';
import { CollectionsFailed } from './notices';
import { SizedPicture } from './sized-picture';
import { TextField } from './text-field';
import '../styles/collections.css';

type Shown = CollectionsWithSamplesQuery['collections'][number];
type Asked =
  { readonly what: 'create' } | { readonly what: 'rename' | 'drop' | 'model' | 'keptOut'; readonly collection: Shown };

const MAX_NAME_LENGTH = 128;

/** @param onLoad opens the load panel for the collection with this name */
export default function CollectionsView({ onLoad }: { readonly onLoad: (collection: string) => void }) {
  const { t } = useLanguage();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data, error, refetch } = useQuery(CollectionsWithSamplesDocument, { fetchPolicy: 'cache-and-network' });
  if (!data) return error ? <CollectionsFailed error={error} onRetry={() => void refetch()} /> : null;
  const close = () => {
    setAsked(null);
  };
  return (
    <section className="collections" aria-labelledby="collections-title">
      <div className="collections-head">
        <h1 id="collections-title">{t.collections}</h1>
        {offers.loadFolders && (
          <button
            type="button"
            className="primary"
            onClick={() => {
              setAsked({ what: 'create' });
            }}
          >
            {t.createCollection}
          </button>
        )}
      </div>
      <ul className="cards">
        {data.collections.map((collection) => (
          <Card key={collection.id} collection={collection} onLoad={onLoad} onAsk={setAsked} />
        ))}
      </ul>
      {asked?.what === 'create' && <CreateDialog onClose={close} />}
      {asked?.what === 'rename' && <RenameDialog name={asked.collection.name} onClose={close} />}
      {asked?.what === 'model' && <ModelDialog collection={asked.collection.name} onClose={close} />}
      {asked?.what === 'keptOut' && <KeptOutDialog collection={asked.collection.name} onClose={close} />}
      {asked?.what === 'drop' && <DropDialog collection={asked.collection} onClose={close} />}
    </section>
  );
}

interface CardProps {
  readonly collection: Shown;
  readonly onLoad: (collection: string) => void;
  readonly onAsk: (asked: Asked) => void;
}

function Card({ collection, onLoad, onAsk }: CardProps) {
  const { t, language, count } = useLanguage();
  const { name, images, imageCount, sizeBytes, model, dimension, createdAt, isSearchable, keptOutCount, wordsUnread } =
    collection;
  const search = `/?c=${encodeURIComponent(name)}`;
  const open = onPlainClick(() => {
    navigate({ ...START, collection: name });
  });
  const date = formatDay(createdAt, language);
  return (
    <li className="card">
      <a
        className={`covers covers-${Math.min(images.length, 4)}`}
        href={search}
        aria-hidden="true"
        tabIndex={-1}
        onClick={open}
      >
        {images.map((image) => (
          <Cover key={image.id} image={image} />
        ))}
        {images.length === 0 && <PictureIcon />}
      </a>
      <h2>
        <a href={search} onClick={open}>
          <Breakable name={name} />
        </a>
      </h2>
      <p>
        {fill(t.pictures, { count: count(imageCount) })} · {formatBytes(sizeBytes)}
      </p>
      <p>{fill(t.collectionInfo, { model, dimension })}</p>
      <p>{fill(t.createdAt, { date })}</p>
      {wordsUnread !== null && wordsUnread > 0 && <p>{fill(t.wordsUnreadShort, { count: count(wordsUnread) })}</p>}
      {!isSearchable && <p className="card-foreign">{t.modelMissing}</p>}
      <div className="card-actions">
        {offers.load && (
          <button
            type="button"
            aria-label={`${t.addPictures}: ${name}`}
            onClick={() => {
              onLoad(name);
            }}
          >
            {t.addPictures}
          </button>
        )}
        {offers.load && (
          <a
            className="button"
            href={`/?view=loads&c=${encodeURIComponent(name)}`}
            aria-label={`${t.sources}: ${name}`}
            onClick={onPlainClick(() => {
              navigate({ view: 'loads', collection: name });
            })}
          >
            {t.sources}
          </a>
        )}
        {offers.manageCollections && (
          <button
            type="button"
            aria-label={`${t.rename}: ${name}`}
            onClick={() => {
              onAsk({ what: 'rename', collection });
            }}
          >
            {t.rename}
          </button>
        )}
        {offers.manageCollections && (
          <button
            type="button"
            aria-label={`${t.changeModel}: ${name}`}
            onClick={() => {
              onAsk({ what: 'model', collection });
            }}
          >
            {t.changeModel}
          </button>
        )}
        {imageCount > 1 && offers.changeImages && (
          <a
            className="button"
            href={`/?view=duplicates&c=${encodeURIComponent(name)}`}
            aria-label={`${t.duplicates}: ${name}`}
            onClick={onPlainClick(() => {
              navigate({ view: 'duplicates', collection: name });
            })}
          >
            {t.duplicates}
          </a>
        )}
        {keptOutCount > 0 && offers.changeImages && (
          <button
            type="button"
            aria-label={`${t.keptOut}: ${name}`}
            onClick={() => {
              onAsk({ what: 'keptOut', collection });
            }}
          >
            {t.keptOut} ({count(keptOutCount)})
          </button>
        )}
        {offers.manageCollections && (
          <button
            type="button"
            className="danger"
            aria-label={`${t.drop}: ${name}`}
            onClick={() => {
              onAsk({ what: 'drop', collection });
            }}
          >
            {t.drop}
          </button>
        )}
      </div>
    </li>
  );
}

function Cover({ image }: { readonly image: SizesFragment }) {
  const [drawn, measured] = useDrawnSize();
  return (
    <span ref={measured}>
      <SizedPicture image={image} drawn={drawn} isTile alt="" loading="lazy" />
    </span>
  );
}

const refetched = { refetchQueries: [CollectionsDocument, CollectionsWithSamplesDocument], awaitRefetchQueries: true };

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  const [create, { loading, error }] = useMutation(CreateCollectionDocument, { ...refetched, onCompleted: onClose });
  return (
    <NameDialog
      title={t.createCollection}
      initial=""
      action={t.create}
      busy={loading}
      error={error}
      onName={(name) => void create({ variables: { name } }).catch(() => undefined)}
      onClose={onClose}
    />
  );
}

function RenameDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const [rename, { loading, error }] = useMutation(RenameCollectionDocument, { ...refetched, onCompleted: onClose });
  return (
    <NameDialog
      title={fill(t.renameTitle, { name })}
      initial={name}
      action={t.rename}
      busy={loading}
      error={error}
      onName={(newName) => void rename({ variables: { name, newName } }).catch(() => undefined)}
      onClose={onClose}
    />
  );
}

function DropDialog({ collection, onClose }: { readonly collection: Shown; readonly onClose: () => void }) {
  const { t, count } = useLanguage();
  const { name, imageCount } = collection;
  const [drop, { loading, error }] = useMutation(DropCollectionDocument, { ...refetched, onCompleted: onClose });
  return (
    <ConfirmDialog
      title={fill(t.dropTitle, { name })}
      text={fill(t.dropText, { count: count(imageCount) })}
      action={t.drop}
      isBusy={loading}
      error={error}
      onConfirm={() => void drop({ variables: { name } }).catch(() => undefined)}
      onClose={onClose}
    />
  );
}

interface NameProps {
  readonly title: string;
  readonly initial: string;
  readonly action: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ title, initial, action, busy, error, onName, onClose }: NameProps) {
  const { t } = useLanguage();
  const [name, setName] = useState(initial);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === initial) onClose();
    else onName(name.trim());
  };
  return (
    <Modal className="panel" label={title} onClose={onClose}>
      <h2>{title}</h2>
      <form onSubmit={submit}>
        <TextField label={t.collectionName} autoFocus maxLength={MAX_NAME_LENGTH} value={name} onValue={setName} />
        {error !== undefined && error !== null && <ErrorText error={error} />}
        <Answer onClose={onClose}>
          <button type="submit" className="primary" disabled={busy}>
            {action}
          </button>
        </Answer>
      </form>
    </Modal>
  );
}
