import type { TextEncoder, TextEncoders, TextExplainer } from '@wentu/domain';
import { createTextCache } from '@wentu/encoder';
import type { InstalledModel, InstalledModels } from '@wentu/models';
import type { TextTowers } from './text-towers';

const CACHED_TEXTS = 10_000;

/** The text encoders of the installed models. A tower opens when its first text is encoded. */
export function createTextEncoders(models: InstalledModels, towers: TextTowers): TextEncoders {
  const cached = createTextCache(CACHED_TEXTS);
  const encoderOf = (model: InstalledModel): TextEncoder & TextExplainer => ({
    ...cached({
      model: model.info,
      encodeTexts: (texts, signal) => towers.encodeTexts(model, texts, signal),
    }),
    explainTexts: (texts) => towers.explainTexts(model, texts),
  });
  return {
    own: encoderOf(models.own),
    async of(space) {
      const model = await models.findFor(space);
      return model && encoderOf(model);
    },
  };
}
