import { useQuery } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { AdviceDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { navigate } from '../use-address';

/** Says that the collection is searched with the demonstration model, and offers a better one. */
export function ModelNote() {
  const { t } = useLanguage();
  const { data } = useQuery(AdviceDocument);
  const model = data?.recommendedModel?.model;
  const size = formatBytes(model?.sizeBytes ?? 0);
  const offer = !model
    ? t.demoModels
    : fill(model.isInstalled ? t.demoSwitch : t.demoInstall, { name: model.name, size });
  const view = model?.isInstalled ? 'collections' : 'models';
  return (
    <p className="model-note">
      {t.demoNote}{' '}
      <a
        href={`/?view=${view}`}
        onClick={onPlainClick(() => {
          navigate({ view });
        })}
      >
        {offer}
      </a>
    </p>
  );
}
