import { useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { fill } from '../../logic/src/dictionary';
import type { PictureFiles } from '../../logic/src/files';
import { useLanguage } from '../language';
import { offers } from '../session';
import type { Collection } from '../types';
import { isActive, type LoadJobState } from '../use-load-job';
import type { UploadState } from '../use-upload';
import { ErrorText } from './error-text';
import { FolderForm } from './folder-form';
import { Failures, LoadProgress, SendingFiles } from './load-progress';
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
  /** The collection name to propose. */
  readonly collection: string;
  readonly onClose: () => void;
}

/** Closing the panel does not stop the load; the header shows its progress. */
export default function LoadPanel({ load, upload, files, onFiles, collections, collection, onClose }: Props) {
  const { t, count } = useLanguage();
  const [name, setName] = useState(collection);
  const [source, setSource] = useState<'folder' | 'upload'>(files || !offers.loadFolders ? 'upload' : 'folder');
  const [seen, setSeen] = useState(files);
  if (files !== seen) {
    setSeen(files);
    if (files) setSource('upload');
  }
  const phase = upload.progress !== null ? 'sending' : load.job ? (isActive(load.job) ? 'loading' : 'loaded') : 'form';
  const title = useFocusAfterChange(phase);
  const error = load.error ?? upload.error;
  const nameField = <CollectionField name={name} onName={setName} collections={collections} />;
  return (
    <Modal className="panel" label={t.loadTitle} onClose={onClose}>
      <h2 ref={title} tabIndex={-1}>
        {t.loadTitle}
      </h2>
      {upload.progress !== null ? (
        <SendingFiles progress={upload.progress} onCancel={upload.cancel} />
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
                nameField={nameField}
                onLoad={(directory) => {
                  upload.clear();
                  load.start(directory, name.trim());
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
    </Modal>
  );
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
  const { t } = useLanguage();
  return (
    <TextField label={t.collectionName} name="collection" value={name} list="collection-names" onValue={onName}>
      <small>{t.collectionHint}</small>
      <datalist id="collection-names">
        {collections.map((known) => (
          <option key={known.id} value={known.name} />
        ))}
      </datalist>
    </TextField>
  );
}
