import type { TextEncoder, TextEncoders, TextExplainer } from '@wentu/domain';
import { createTextCache } from '@wentu/encoder';
import type { InstalledModel, InstalledModels } from '@wentu/models';
import type { Remote } from '@wentu/worker-rpc';
import type { TextServices } from './text-worker';

const CACHED_TEXTS = 10_000;

/** The text towers of the installed models, in the text worker. A tower opens when its first text is encoded. */
export function createTextEncoders(
  models: InstalledModels,
  texts: Remote<TextServices['texts']>,
  explainer: Remote<TextServices['explainer']>,
): TextEncoders {
  const cached = createTextCache(CACHED_TEXTS);
  const encoderOf = (model: InstalledModel): TextEncoder & TextExplainer => ({
    ...cached({
      model: model.info,
      encodeTexts: (wanted, signal) => texts.encodeTexts(wanted, model, signal),
    }),
    explainTexts: (wanted) => explainer.explainTexts(wanted, model),
  });
  return {
    own: encoderOf(models.own),
    async of(space) {
      const model = await models.findFor(space);
      return model && encoderOf(model);
    },
  };
}
