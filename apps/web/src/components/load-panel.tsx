import { useQuery } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { commonFolder, nameOfFolder } from '../../logic/src/collection-name';
import { fill } from '../../logic/src/dictionary';
import type { PictureFiles } from '../../logic/src/files';
import { AllSourcesDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { offers } from '../session';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { isActive, type LoadJobState } from '../use-load-job';
import type { UploadState } from '../use-upload';
import { ErrorText } from './error-text';
import { FolderForm } from './folder-form';
import { LoadProgress, SendingFiles } from './load-progress';
import { Failures } from './few-failures';
import { Modal } from './modal';
import { TextField } from './text-field';
import { UploadForm } from './upload-form';

interface Props {
  readonly load: LoadJobState;
  readonly upload: UploadState;
  /** Pictures that were dropped on the page or chosen, and are not loaded yet; null: none. */
  readonly files: PictureFiles | null;
  readonly onFiles: (files: PictureFiles) => void;
  readonly collections: readonly Collection[];
  /** The collection in which the user asked for pictures; empty: the name of the folder is proposed. */
  readonly collection: string;
  readonly onClose: () => void;
}

/** Closing the panel does not stop the load; the header shows its progress. */
export default function LoadPanel({ load, upload, files, onFiles, collections, collection, onClose }: Props) {
  const { t, count } = useLanguage();
  const [source, setSource] = useState<'folder' | 'upload'>(files || !offers.loadFolders ? 'upload' : 'folder');
  const [seen, setSeen] = useState(files);
  const [directory, setDirectory] = useState('');
  /** Null until the user writes a name. */
  const [written, setWritten] = useState<string | null>(null);
  const known = useQuery(AllSourcesDocument, { fetchPolicy: 'cache-and-network', skip: !offers.loadFolders });
  if (files !== seen) {
    setSeen(files);
    if (files) setSource('upload');
  }
  const folders = known.data?.collections ?? [];
  const loadedInto = folders.find(({ sources }) => sources.some((each) => each.directory === directory))?.name;
  const folder = source === 'folder' ? nameOfFolder(directory) : (commonFolder(files?.pictures ?? []) ?? '');
  const already = source === 'folder' ? loadedInto : undefined;
  // Loose files have no name in common.
  const proposed = already ?? (nameOfFolder(folder) || (source === 'upload' ? 'default' : ''));
  const name = written ?? (collection || proposed);
  const phase = upload.progress !== null ? 'sending' : load.job ? (isActive(load.job) ? 'loading' : 'loaded') : 'form';
  const title = useFocusAfterChange(phase);
  const error = load.error ?? upload.error;
  const nameField = <CollectionField name={name} onName={setWritten} collections={collections} />;
  return (
    <Modal className="panel" label={t.loadTitle} onClose={onClose}>
      <h2 ref={title} tabIndex={-1}>
        {t.loadTitle}
      </h2>
      {upload.progress !== null ? (
        <SendingFiles progress={upload.progress} collection={name} onCancel={upload.cancel} />
      ) : load.job ? (
        <>
          <LoadProgress job={load.job} load={load} upload={upload} onClose={onClose} />
          {files && files.pictures.length > 0 && (
            <p role="status">{fill(t.filesWaiting, { count: count(files.pictures.length) })}</p>
          )}
        </>
      ) : (
        <Tabs
          selectedKey={source}
          className="tabs"
          onSelectionChange={(key) => {
            setSource(key as typeof source);
          }}
        >
          <TabList aria-label={t.loadFrom} className="tab-list">
            {offers.loadFolders && (
              <Tab id="folder" className="tab">
                {t.fromServer}
              </Tab>
            )}
            <Tab id="upload" className="tab">
              {t.fromHere}
            </Tab>
          </TabList>
          {offers.loadFolders && (
            <TabPanel id="folder">
              <FolderForm
                starting={load.starting}
                directory={directory}
                onDirectory={setDirectory}
                recent={recentFolders(folders)}
                nameField={nameField}
                onLoad={() => {
                  upload.clear();
                  load.start(directory.trim(), name.trim());
                }}
              />
            </TabPanel>
          )}
          <TabPanel id="upload">
            <UploadForm
              files={files}
              onFiles={onFiles}
              nameField={nameField}
              onSend={(pictures) => {
                upload.start(pictures, name.trim());
              }}
            />
          </TabPanel>
        </Tabs>
      )}
      {phase === 'form' && <Failures title={t.notSentTitle} failures={upload.refused} total={upload.refused.length} />}
      {error !== undefined && error !== null && (
        <ErrorText {...(load.job ? {} : { title: t.loadFailed })} error={error} />
      )}
      {phase !== 'sending' && (
        <p className="panel-more">
          <a
            href="/?view=loads"
            onClick={onPlainClick(() => {
              navigate({ view: 'loads', collection: null });
              onClose();
            })}
          >
            {t.allLoads}
          </a>
        </p>
      )}
    </Modal>
  );
}

const RECENT = 5;

interface KnownFolders {
  readonly name: string;
  readonly sources: readonly {
    readonly directory: string;
    readonly state: string;
    readonly lastLoad: { readonly id: string } | null;
  }[];
}

/** The folders that were loaded last, the newest first. */
function recentFolders(collections: readonly KnownFolders[]): string[] {
  const numberOf = (id: string | undefined): number => Number(id?.split(':').at(-1) ?? 0);
  return collections
    .flatMap(({ sources }) => sources)
    .filter(({ state }) => state === 'AVAILABLE')
    .sort((a, b) => numberOf(b.lastLoad?.id) - numberOf(a.lastLoad?.id))
    .slice(0, RECENT)
    .map(({ directory }) => directory);
}

/** Moves the focus when the focused element disappears; otherwise the keyboard would be outside the dialog. */
function useFocusAfterChange(phase: string) {
  const title = useRef<HTMLHeadingElement>(null);
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    title.current?.focus();
  }, [phase]);
  return title;
}

interface FieldProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly collections: readonly Collection[];
}

function CollectionField({ name, onName, collections }: FieldProps) {
  const { t, count } = useLanguage();
  const existing = collections.find((known) => known.name === name.trim());
  const hint =
    existing?.imageCount === 0
      ? t.collectionIsEmpty
      : existing
        ? fill(t.collectionExists, { count: count(existing.imageCount) })
        : t.collectionIsNew;
  return (
    <TextField
      label={t.collectionName}
      name="collection"
      placeholder={t.nameOfFolder}
      value={name}
      list="collection-names"
      onValue={onName}
    >
      <small>{name.trim() === '' ? t.collectionHint : hint}</small>
      <datalist id="collection-names">
        {collections.map((known) => (
          <option key={known.id} value={known.name} />
        ))}
      </datalist>
    </TextField>
  );
}
