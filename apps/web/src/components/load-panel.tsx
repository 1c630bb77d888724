import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import type { NamedFile } from '../../logic/src/files';
import { useLanguage } from '../language';
import type { Collection } from '../types';
import type { LoadJobState } from '../use-load-job';
import type { UploadState } from '../use-upload';
import { ErrorText } from './error-text';
import { FolderForm } from './folder-form';
import { LoadProgress, SendingFiles } from './load-progress';
import { Modal } from './modal';
import { UploadForm } from './upload-form';

interface Props {
  readonly load: LoadJobState;
  readonly upload: UploadState;
  /** Files that were dropped on the page or chosen, and are not sent yet. */
  readonly files: readonly NamedFile[];
  readonly onFiles: (files: readonly NamedFile[]) => void;
  readonly collections: readonly Collection[];
  /** The name to propose. */
  readonly collection: string;
  readonly onClose: () => void;
}

/** Closing it does not stop the load; the header goes on showing how far it is. */
export default function LoadPanel({ load, upload, files, onFiles, collections, collection, onClose }: Props) {
  const { t } = useLanguage();
  const [name, setName] = useState(collection);
  const error = load.error ?? upload.error;
  const nameField = <CollectionField name={name} onName={setName} collections={collections} />;
  return (
    <Modal className="panel" label={t.loadTitle} onClose={onClose}>
      <h2>{t.loadTitle}</h2>
      {upload.progress !== null ? (
        <SendingFiles progress={upload.progress} onCancel={upload.cancel} />
      ) : load.job ? (
        <LoadProgress job={load.job} load={load} upload={upload} onClose={onClose} />
      ) : (
        <Tabs defaultSelectedKey={files.length > 0 ? 'upload' : 'folder'} className="tabs">
          <TabList aria-label={t.loadFrom} className="tab-list">
            <Tab id="folder" className="tab">
              {t.fromServer}
            </Tab>
            <Tab id="upload" className="tab">
              {t.fromHere}
            </Tab>
          </TabList>
          <TabPanel id="folder">
            <FolderForm
              starting={load.starting}
              nameField={nameField}
              onLoad={(directory) => {
                load.start(directory, name.trim());
              }}
            />
          </TabPanel>
          <TabPanel id="upload">
            <UploadForm
              files={files}
              onFiles={onFiles}
              nameField={nameField}
              onSend={() => {
                upload.start(files, name.trim());
                onFiles([]);
              }}
            />
          </TabPanel>
        </Tabs>
      )}
      {error !== undefined && error !== null && (
        <ErrorText {...(load.job ? {} : { title: t.loadFailed })} error={error} />
      )}
    </Modal>
  );
}

interface FieldProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly collections: readonly Collection[];
}

function CollectionField({ name, onName, collections }: FieldProps) {
  const { t } = useLanguage();
  return (
    <label className="field">
      <span>{t.collectionName}</span>
      <input
        required
        pattern=".*\S.*"
        name="collection"
        value={name}
        list="collection-names"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          onName(event.target.value);
        }}
      />
      <small>{t.collectionHint}</small>
      <datalist id="collection-names">
        {collections.map((known) => (
          <option key={known.id} value={known.name} />
        ))}
      </datalist>
    </label>
  );
}
