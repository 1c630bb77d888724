import { availableParallelism } from 'node:os';
import { checkDataset, type DatasetReport } from '@wentu/dataset';
import { createImagePreparer } from '@wentu/encoder';
import type { ToolSettings } from './tool-settings';

export type { DatasetReport };

export interface DatasetCheckRequest {
  readonly split?: string;
  readonly signal?: AbortSignal;
}

/** Pictures are decoded completely, then resized to this side. The size does not depend on a model. */
const SIDE = 32;
const MAX_LISTED_PER_CODE = 10;

/** Checks a dataset with the limits and the decoder of a load. Opens neither a model nor the data folder. */
export async function checkDatasetFolder(
  config: ToolSettings,
  directory: string,
  request: DatasetCheckRequest,
): Promise<DatasetReport> {
  const { limits, upright, background } = config;
  return await checkDataset(directory, {
    ...request,
    maxImageBytes: limits.maxImageBytes,
    maxListedPerCode: MAX_LISTED_PER_CODE,
    concurrency: Math.max(2, config.threads || availableParallelism()),
    preparer: createImagePreparer({
      imageSize: SIDE,
      upright,
      background,
      maxPixels: limits.maxPixels,
      maxDecodeBytes: limits.maxDecodeBytes,
      decodeTimeoutMs: limits.decodeTimeoutMs,
      maxBytes: limits.maxImageBytes,
      previewSide: SIDE,
    }),
  });
}
