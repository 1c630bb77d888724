import { skipToken, useQuery } from '@apollo/client/react';
import { useState, type ReactNode } from 'react';
import { GridList, GridListItem } from 'react-aria-components';

import { fill } from '../../logic/src/dictionary';
import { picturesText } from '../../logic/src/folder-count';
import { FoldersDocument, PictureCountDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';
import { FolderIcon, UpIcon } from './icons';
import { TextField } from './text-field';

interface Props {
  readonly starting: boolean;
  readonly nameField: ReactNode;
  readonly onLoad: (directory: string) => void;
}

/** A folder of the server: typed, or chosen by walking through the folders that the server may read. */
export function FolderForm({ starting, nameField, onLoad }: Props) {
  const { t } = useLanguage();
  const [directory, setDirectory] = useState('');
  const [shown, setShown] = useState<string | null>(null);
  const go = (path: string | null) => {
    setShown(path);
    setDirectory(path ?? '');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onLoad(directory.trim());
      }}
    >
      <p>{t.loadText}</p>
      <TextField
        label={t.directory}
        name="directory"
        value={directory}
        placeholder={t.directoryHint}
        onValue={setDirectory}
      />
      <Folders path={shown} isSamePath={directory.trim() === (shown ?? '')} onGo={go} />
      {nameField}
      <div className="actions">
        <button type="submit" className="primary" disabled={starting}>
          {starting ? t.starting : t.startLoad}
        </button>
      </div>
    </form>
  );
}

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
          <span role="status">
            {fill(t.folderCount, { folders: count(listing.folders.length) })}
            {listing.truncated && ` ${t.folderMore}`}
            {pictures !== null && `${t.comma}${fill(t[pictures.text], { count: count(pictures.count) })}`}
          </span>
        )}
      </p>
      {error && <ErrorText error={error} />}
      <GridList
        aria-label={t.folders}
        className="folder-list"
        items={listing?.folders.map((folder) => ({ id: folder.path, ...folder })) ?? []}
        onAction={(key) => {
          onGo(String(key));
        }}
        renderEmptyState={() => <p className="folder-empty">{listing ? t.noFolders : t.searching}</p>}
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
