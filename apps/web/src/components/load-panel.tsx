import { useState } from 'react';

import { describeError } from '../describe-error';
import { useLanguage } from '../language';
import type { Collection } from '../operations';
import type { LoadJobState } from '../use-load-job';
import { LoadProgress } from './load-progress';
import { Modal } from './modal';

interface Props {
  readonly load: LoadJobState;
  readonly collections: readonly Collection[];
  /** The name to propose. */
  readonly collection: string;
  readonly onClose: () => void;
}

/** Closing it does not stop the load; the header goes on showing how far it is. */
export function LoadPanel({ load, collections, collection, onClose }: Props) {
  const { t } = useLanguage();
  return (
    <Modal className="panel" label={t.loadTitle} onClose={onClose}>
      <h2>{t.loadTitle}</h2>
      {load.job ? (
        <LoadProgress job={load.job} load={load} />
      ) : (
        <LoadForm load={load} collections={collections} collection={collection} />
      )}
      {load.error !== undefined && load.error !== null && (
        <p className="panel-error" role="alert">
          {!load.job && <b>{t.loadFailed}</b>}
          {describeError(load.error, t)}
        </p>
      )}
    </Modal>
  );
}

function LoadForm({ load, collections, collection }: Omit<Props, 'onClose'>) {
  const { t } = useLanguage();
  const [directory, setDirectory] = useState('');
  const [name, setName] = useState(collection);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        load.start(directory.trim(), name.trim());
      }}
    >
      <p>{t.loadText}</p>
      <label className="field">
        <span>{t.directory}</span>
        <input
          autoFocus
          required
          pattern=".*\S.*"
          value={directory}
          placeholder={t.directoryHint}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => {
            setDirectory(event.target.value);
          }}
        />
      </label>
      <label className="field">
        <span>{t.collectionName}</span>
        <input
          required
          pattern=".*\S.*"
          value={name}
          list="collection-names"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <small>{t.collectionHint}</small>
      </label>
      <datalist id="collection-names">
        {collections.map((known) => (
          <option key={known.id} value={known.name} />
        ))}
      </datalist>
      <div className="actions">
        <button type="submit" className="primary" disabled={load.starting}>
          {load.starting ? t.starting : t.startLoad}
        </button>
      </div>
    </form>
  );
}
