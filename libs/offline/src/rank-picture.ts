import { availableParallelism } from 'node:os';
import { readPictureFile } from '@wentu/dataset';
import { InvalidInputError, ItemError, type TextUnderstanding } from '@wentu/domain';
import { createImagePreparer, loadModel, openTextEncoder, startImageEncoderThread } from '@wentu/encoder';
import { chooseModel } from '@wentu/models';
import { MAX_RANKED_TEXTS, rankTextsForPicture, type TextProbability } from '@wentu/search';
import type { ToolSettings } from './tool-settings';

export interface RankedText extends TextProbability {
  readonly understanding: TextUnderstanding;
}

/**
 * Zero-shot classification of a picture file: opens both towers of the model. It does not open the data folder, which a
 * server may hold. The text tower runs in the calling thread and blocks it.
 *
 * @throws InvalidInputError for a picture or a text that cannot be used
 */
export async function rankPicture(config: ToolSettings, path: string, texts: readonly string[]): Promise<RankedText[]> {
  const { limits, upright, background, device } = config;
  const { folder: modelFolder } = await chooseModel(config);
  const threads = config.threads || availableParallelism();
  const closing: (() => Promise<void>)[] = [];
  try {
    const picture = await readPictureFile(path, limits.maxImageBytes);
    const model = await loadModel(modelFolder, { upright, background });
    const encoder = await openTextEncoder(model, { device, threads }, 'compatible');
    closing.push(() => encoder.close());
    const images = await startImageEncoderThread({ modelFolder, device, threads, batchSize: 1, upright, background });
    closing.push(() => images.close());
    const { imageSize, resize } = model.info;
    const { maxPixels, maxDecodeBytes, decodeTimeoutMs, maxImageBytes: maxBytes } = limits;
    const decoding = { maxPixels, maxDecodeBytes, decodeTimeoutMs, maxBytes };
    const preparer = createImagePreparer({
      ...{ imageSize, upright, background, ...decoding, previewSide: 512 },
      ...(resize && { resize }),
    });
    const ranked = await rankTextsForPicture(
      texts,
      picture,
      { preparer, images, texts: encoder },
      {
        maxTextLength: limits.maxTextLength,
        maxTexts: MAX_RANKED_TEXTS,
      },
    );
    const explained = await encoder.explainTexts(texts);
    return ranked.map((each, i) => ({ ...each, understanding: explained[i] as TextUnderstanding }));
  } catch (error) {
    throw error instanceof ItemError ? new InvalidInputError(`${path}: ${error.message}`, { cause: error }) : error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
