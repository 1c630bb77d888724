import { availableParallelism, totalmem } from 'node:os';
import type { ListedModel, Machine, ModelRecommendation } from '@wentu/domain';
import { findInCatalog } from '@wentu/model-catalog';

/** A model may take this share of the memory: the index, the decoders and other programs need the rest. */
const MEMORY_SHARE = 1 / 4;

/** This machine, or the container in which this process runs. */
export function thisMachine(hasGpu: boolean): Machine {
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { memoryBytes, cores: availableParallelism(), hasGpu };
}

/**
 * The model with the highest published recall on Flickr30k-CN that fits the machine. Models without this figure,
 * models that are not published as ONNX, and those that must not be used commercially are left out.
 */
export function recommendModel(
  models: readonly ListedModel[],
  hasGpu: boolean,
  machine = thisMachine(hasGpu),
): ModelRecommendation | null {
  const best = models
    .filter((model) => recallOf(model) > 0 && isAvailable(model) && !/\bNC\b/.test(model.license ?? ''))
    .sort((one, other) => recallOf(other) - recallOf(one));
  const limits = best.map((model) => limitOf(model, machine));
  const place = limits.indexOf(null);
  const model = best[place];
  return model ? { model, machine, limitedBy: limits[place - 1] ?? null } : null;
}

function recallOf({ recall }: ListedModel): number {
  return recall?.flickr30kCn?.[0] ?? 0;
}

function isAvailable({ name, installed, install, problem }: ListedModel): boolean {
  return installed ? problem === null : install === `wentu model add ${name}`;
}

function limitOf({ name, memoryBytes }: ListedModel, machine: Machine): ModelRecommendation['limitedBy'] {
  if ((memoryBytes ?? 0) > machine.memoryBytes * MEMORY_SHARE) return 'MEMORY';
  const minCores = findInCatalog(name.replace(/-(?:fp16|int8)$/, ''))?.minCores ?? 1;
  return machine.hasGpu || machine.cores >= minCores ? null : 'CORES';
}
