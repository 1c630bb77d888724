import type { ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes, formatRate } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { Model, ModelsState } from '../use-models';

interface Props {
  readonly model: Model;
  /** It is the one that suits the machine best. */
  readonly isBest: boolean;
  readonly isInstalling: boolean;
  readonly state: ModelsState;
  readonly onRemove: (model: Model) => void;
}

/** What is known about a model, and what can be done with it. */
export function ModelCard({ model, isBest, isInstalling, state, onRemove }: Props) {
  const { t, language } = useLanguage();
  const { name, title, isInstalled, isDefault, isDemonstration, canBeInstalled, sizeBytes, problem } = model;
  const installText = sizeBytes === null ? t.install : fill(t.installSize, { size: formatBytes(sizeBytes) });
  return (
    <li className="card model-card">
      <h3>{title?.[language] ?? name}</h3>
      <p>
        {title && <code>{name}</code>} {isDemonstration && t.demonstration}
      </p>
      {isDefault && <p>{t.isDefault}</p>}
      {problem !== null && (
        <p className="card-foreign">
          {t.modelProblem}
          <small className="details" lang="en">
            {problem}
          </small>
        </p>
      )}
      <Facts model={model} />
      {!isInstalled && !canBeInstalled && <p>{t.export}</p>}
      <div className="card-actions">
        {canBeInstalled && (
          <button
            type="button"
            className={isBest ? 'primary' : ''}
            disabled={state.busy || isInstalling}
            aria-label={`${installText}: ${name}`}
            onClick={() => {
              state.install(name);
            }}
          >
            {installText}
          </button>
        )}
        {isInstalled && !isDefault && problem === null && (
          <button
            type="button"
            disabled={state.busy}
            aria-label={`${t.setDefault}: ${name}`}
            onClick={() => {
              state.setDefault(name);
            }}
          >
            {t.setDefault}
          </button>
        )}
        {isInstalled && !isDefault && !isDemonstration && (
          <button
            type="button"
            className="danger"
            aria-label={`${t.remove}: ${name}`}
            onClick={() => {
              onRemove(model);
            }}
          >
            {t.remove}
          </button>
        )}
      </div>
    </li>
  );
}

function Facts({ model }: { readonly model: Model }) {
  const { t, language } = useLanguage();
  const { isInstalled, problem, sizeBytes, memoryBytes, languages, license, imagesPerSecond, textMs } = model;
  const { recall, recallSource, collections } = model;
  const size = (bytes: number | null): string | null =>
    bytes === null ? null : isInstalled ? formatBytes(bytes) : fill(t.about, { size: formatBytes(bytes) });
  const names = new Intl.DisplayNames([language], { type: 'language' });
  const said = languages.map((code) => (code === 'mul' ? t.manyLanguages : names.of(code)));
  const speed =
    imagesPerSecond === null || textMs === null
      ? t.measuring
      : fill(t.speed, { images: formatRate(imagesPerSecond), text: Math.round(textMs) });
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.factSize, size(sizeBytes)],
    [t.factMemory, size(memoryBytes)],
    [t.factLanguages, said.join(t.listSeparator)],
    [t.factLicense, license],
    [t.factSpeed, isInstalled && problem === null ? speed : null],
    [
      t.factRecall,
      recallSource === null ? (
        t.unknown
      ) : (
        <a href={recallSource} rel="noreferrer">
          {recall.map(({ dataset, at1 }) => `${dataset} ${at1.toFixed(1)}`).join(t.listSeparator)}
        </a>
      ),
    ],
    [t.factUsed, collections.join(t.listSeparator)],
  ];
  return (
    <dl className="model-facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
