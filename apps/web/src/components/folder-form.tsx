import { skipToken, useQuery } from '@apollo/client/react';
import { useEffect, useState, type ReactNode } from 'react';
import { GridList, GridListItem } from 'react-aria-components';

import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { picturesText } from '../../logic/src/folder-count';
import { FoldersDocument, PictureCountDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorReason } from './error-text';
import { FolderIcon, UpIcon } from './icons';
import { TextField } from './text-field';

interface Props {
  readonly starting: boolean;
  readonly directory: string;
  readonly onDirectory: (directory: string) => void;
  /** Folders that were loaded before, the newest first. */
  readonly recent: readonly string[];
  readonly nameField: ReactNode;
  readonly onLoad: () => void;
}

/** After this time without a key, a typed path is listed and counted. */
const TYPED_MS = 600;

/** A folder of the server: typed, or chosen by walking through the folders that the server may read. */
export function FolderForm({ starting, directory, onDirectory, recent, nameField, onLoad }: Props) {
  const { t } = useLanguage();
  const [shown, setShown] = useState<string | null>(null);
  const typed = directory.trim();
  const go = (path: string | null) => {
    setShown(path);
    onDirectory(path ?? '');
  };
  useEffect(() => {
    if (!/^(\/|[a-z]:[/\\])/i.test(typed)) return;
    const timer = setTimeout(() => {
      setShown(typed);
    }, TYPED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onLoad();
      }}
    >
      <p>{t.loadText}</p>
      <TextField
        label={t.directory}
        name="directory"
        value={directory}
        placeholder={t.directoryHint}
        onValue={onDirectory}
      />
      {typed === '' && recent.length > 0 && (
        <p className="recent-folders">
          <span>{t.recentFolders}</span>
          {recent.map((path) => (
            <button
              key={path}
              type="button"
              className="chip"
              title={path}
              onClick={() => {
                go(path);
              }}
            >
              {lastName(path)}
            </button>
          ))}
        </p>
      )}
      <Folders path={shown} isSamePath={typed === (shown ?? '')} onGo={go} />
      {nameField}
      <div className="actions">
        <button type="submit" className="primary" disabled={starting}>
          {starting ? t.starting : t.startLoad}
        </button>
      </div>
    </form>
  );
}

const lastName = (path: string): string => path.split(/[/\\]/).findLast((name) => name !== '') ?? path;

interface FoldersProps {
  /** Null: the top level. */
  readonly path: string | null;
  /** False: another path was typed, so a load would not read this folder. */
  readonly isSamePath: boolean;
  readonly onGo: (path: string | null) => void;
}

function Folders({ path, isSamePath, onGo }: FoldersProps) {
  const { t, count } = useLanguage();
  const { data, previousData, error } = useQuery(FoldersDocument, {
    variables: { path },
    fetchPolicy: 'cache-and-network',
  });
  // If the folder cannot be read, the user can still go back.
  const listing = error ? undefined : (data ?? previousData)?.folders;
  const counted = useQuery(
    PictureCountDocument,
    typeof listing?.path === 'string'
      ? { variables: { path: listing.path }, fetchPolicy: 'cache-and-network' }
      : skipToken,
  );
  const pictures = listing && typeof listing.path === 'string' ? picturesText(listing, counted.data?.folders) : null;
  const below = counted.data?.folders.path === listing?.path ? counted.data?.folders.picturesInAll : undefined;
  const up = path !== null || (listing?.parent ?? null) !== null;
  return (
    <div className="folders">
      <p className="folders-head">
        <button
          type="button"
          className="quiet"
          disabled={!up}
          onClick={() => {
            onGo(listing?.parent ?? null);
          }}
        >
          <UpIcon />
          {t.folderUp}
        </button>
        {listing && isSamePath && (
          <span>
            {fill(t.folderCount, { folders: count(listing.folders.length) })}
            {listing.truncated && ` ${t.folderMore}`}
          </span>
        )}
      </p>
      {pictures !== null && isSamePath && (
        <p className="folder-counts" role="status">
          <b>{fill(t[pictures.text], { count: count(pictures.count) })}</b>
          {below && below.sizeBytes !== null && below.sizeBytes > 0 && <span>{formatBytes(below.sizeBytes)}</span>}
          {below && below.videos + below.others > 0 && (
            <span>
              {t.leftOutBelow}
              {[
                below.videos > 0 && fill(t.leftOutVideos, { count: count(below.videos) }),
                below.others > 0 && fill(t.leftOutOthers, { count: count(below.others) }),
              ]
                .filter(Boolean)
                .join(t.listComma)}
            </span>
          )}
        </p>
      )}
      {error && (
        <p className="folder-problem" role="status">
          <ErrorReason error={error} />
        </p>
      )}
      <GridList
        aria-label={t.folders}
        className="folder-list"
        items={listing?.folders.map((folder) => ({ id: folder.path, ...folder })) ?? []}
        onAction={(key) => {
          onGo(String(key));
        }}
        renderEmptyState={() => <p className="folder-empty">{listing ? t.noFolders : error ? '' : t.folderReading}</p>}
      >
        {({ name }) => (
          <GridListItem textValue={name} className="folder">
            <FolderIcon />
            {name}
          </GridListItem>
        )}
      </GridList>
    </div>
  );
}
