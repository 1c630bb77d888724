import { useMutation } from '@apollo/client/react';
import { useState, type FormEvent } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { CollectionsDocument, ModelsDocument, RemoveModelDocument, type ModelsQuery } from '../generated/operations';
import { useLanguage } from '../language';
import { openInstalls, useModels, type Model, type ModelsState } from '../use-models';
import { ConfirmDialog } from './confirm-dialog';
import { ErrorText } from './error-text';
import { InstallProgress } from './install-progress';
import { ModelCard } from './model-card';
import { CollectionsFailed } from './notices';
import { TextField } from './text-field';
import '../styles/collections.css';

/** The longest name that the API accepts for a repository is shorter. */
const MAX_SOURCE_LENGTH = 400;

export default function ModelsView() {
  const { t } = useLanguage();
  const state = useModels();
  const [removed, setRemoved] = useState<Model | null>(null);
  const { data, error, actionError } = state;
  if (!data) return error ? <CollectionsFailed error={error} onRetry={state.retry} /> : null;
  const open = openInstalls(data);
  const isInstalling = (name: string): boolean => open.some((install) => install.name === name);
  const best = data.recommendedModel?.model.name;
  const lists = [
    [t.installedModels, data.models.filter(({ isInstalled }) => isInstalled)],
    [t.availableModels, data.models.filter(({ isInstalled }) => !isInstalled)],
  ] as const;
  return (
    <section className="collections models" aria-labelledby="models-title">
      <div className="collections-head">
        <h1 id="models-title">{t.models}</h1>
      </div>
      <p className="models-intro">{t.modelsIntro}</p>
      {data.recommendedModel && <Recommendation recommended={data.recommendedModel} />}
      {actionError && <ErrorText error={actionError} />}
      {open.length > 0 && (
        <section aria-labelledby="installs-title">
          <h2 id="installs-title">{t.installs}</h2>
          <ul className="installs">
            {open.map((install) => (
              <InstallProgress key={install.id} install={install} state={state} />
            ))}
          </ul>
        </section>
      )}
      {lists.map(([title, models]) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          <ul className="cards">
            {models.map((model) => (
              <ModelCard
                key={model.name}
                model={model}
                isBest={model.name === best}
                isInstalling={isInstalling(model.name)}
                state={state}
                onRemove={setRemoved}
              />
            ))}
          </ul>
        </section>
      ))}
      <OtherModel state={state} />
      {removed && (
        <RemoveDialog
          model={removed}
          onClose={() => {
            setRemoved(null);
          }}
        />
      )}
    </section>
  );
}

function Recommendation({ recommended }: { readonly recommended: NonNullable<ModelsQuery['recommendedModel']> }) {
  const { t } = useLanguage();
  const { model, machineMemoryBytes, machineCores, limitedBy } = recommended;
  return (
    <p className="load-note">
      {fill(t.recommended, { memory: formatBytes(machineMemoryBytes), cores: machineCores, name: model.name })}{' '}
      {limitedBy && t[`limited${limitedBy}`]}
    </p>
  );
}

function OtherModel({ state }: { readonly state: ModelsState }) {
  const { t } = useLanguage();
  const [source, setSource] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (source.trim() === '') return;
    state.install(source.trim());
    setSource('');
  };
  return (
    <section aria-labelledby="other-title">
      <h2 id="other-title">{t.installOther}</h2>
      <form className="other-model" onSubmit={submit}>
        <TextField label={t.installOtherLabel} maxLength={MAX_SOURCE_LENGTH} value={source} onValue={setSource} />
        <p>{t.installOtherHint}</p>
        <button type="submit" disabled={state.busy}>
          {t.install}
        </button>
      </form>
    </section>
  );
}

function RemoveDialog({ model, onClose }: { readonly model: Model; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const { name, sizeBytes } = model;
  const [remove, { loading, error }] = useMutation(RemoveModelDocument, {
    refetchQueries: [ModelsDocument, CollectionsDocument],
    awaitRefetchQueries: true,
    onCompleted: onClose,
  });
  return (
    <ConfirmDialog
      title={fill(t.removeTitle, { name })}
      text={fill(t.removeText, { size: sizeBytes === null ? '?' : formatBytes(sizeBytes) })}
      action={t.remove}
      isBusy={loading}
      error={error}
      onConfirm={() => void remove({ variables: { name } }).catch(() => undefined)}
      onClose={onClose}
    />
  );
}
