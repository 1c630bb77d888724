import { existsSync } from 'node:fs';
import { loadModel, openTextEncoder, verifyModel } from '@wentu/encoder';
import { chooseModel } from '@wentu/models';
import type { Config } from '../config';
import { finding, type Finding } from './findings';

/** Reads all files of the chosen model, opens its text tower and encodes a text. @returns also the size of the model */
export async function checkModel(config: Config): Promise<{ findings: Finding[]; bytes: number }> {
  let model: Awaited<ReturnType<typeof loadModel>>;
  try {
    const { folder } = await chooseModel(config);
    model = await loadModel(folder, config);
    await verifyModel(model);
  } catch (error) {
    return { findings: [finding('MODEL_BAD', { message: (error as Error).message })], bytes: 0 };
  }
  let bytes = 0;
  for (const { sizeBytes } of Object.values(model.manifest.files)) bytes += sizeBytes;
  const found = finding('MODEL_OK', { name: model.info.name, folder: model.folder });
  return { findings: [found, await checkProvider(model, config)], bytes };
}

async function checkProvider(model: Awaited<ReturnType<typeof loadModel>>, { device }: Config): Promise<Finding> {
  try {
    const encoder = await openTextEncoder(model, { device, threads: 2 }, 'compatible');
    const startMs = performance.now();
    await encoder.encodeTexts(['文图']);
    const ms = Math.round(performance.now() - startMs);
    const { name, reason } = encoder.provider;
    await encoder.close();
    const hasGpu = existsSync('/dev/nvidia0');
    return name === 'cpu' && device === 'auto' && hasGpu
      ? finding('PROVIDER_FELL_BACK', { reason: reason ?? '' })
      : finding('PROVIDER_OK', { name, ms });
  } catch (error) {
    return finding('PROVIDER_BAD', { message: (error as Error).message });
  }
}
