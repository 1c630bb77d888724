import { Readable } from 'node:stream';
import type { LoadJob, StoredPictures } from '@wentu/domain';
import { Uploads, type UploadLimits, type UploadsOptions } from '../uploads';

/** Uploads into a folder of a test. The default limits are too high to matter. */
export function testUploads(
  root: string,
  limits: Partial<UploadLimits> = {},
  {
    jobs = [],
    storeId = 'store',
    maxOriginalBytes = async () => 1e9,
    ...options
  }: {
    jobs?: readonly Partial<LoadJob>[];
    storeId?: string;
    maxOriginalBytes?: StoredPictures['maxBytes'];
  } & Partial<UploadsOptions> = {},
): Uploads {
  return new Uploads({
    root,
    limits: {
      maxImageBytes: 10_000,
      maxCopiedBytes: 10_000,
      maxUploadBytes: 100_000,
      uploadsQuotaBytes: 1_000_000,
      ...limits,
    },
    reader: {
      loads: {
        listUnfinished: async () =>
          jobs.filter(({ status }) => status === 'QUEUED' || status === 'RUNNING') as LoadJob[],
      },
      originals: { maxBytes: maxOriginalBytes },
      storeId: async () => storeId,
    },
    log: { info: () => undefined },
    ...options,
  });
}

/** A file of this length: the signature of a JPEG, then bytes 0x01. */
export function bytes(length: number): Readable {
  const content = Buffer.alloc(length, 1);
  Buffer.from([0xff, 0xd8, 0xff]).copy(content);
  return Readable.from([content]);
}
