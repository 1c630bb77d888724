export interface UploadFileLimits {
  /** The largest picture file that a load reads. */
  readonly maxImageBytes: number;
  /** The largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
}

/** The size limit of one file of an upload: every accepted file can also be stored. */
export interface UploadFileLimit {
  readonly maxBytes: number;
  /** The setting with the lowest limit: one of Wentu or of the database. */
  readonly setting: string;
}

/** @param maxOriginalBytes the largest picture that the database accepts */
export function uploadFileLimit(
  { maxImageBytes, maxCopiedBytes }: UploadFileLimits,
  maxOriginalBytes: number,
): UploadFileLimit {
  const limits: UploadFileLimit[] = [
    { maxBytes: maxImageBytes, setting: 'WENTU_MAX_IMAGE_BYTES' },
    { maxBytes: maxCopiedBytes, setting: 'WENTU_MAX_COPIED_BYTES' },
    { maxBytes: maxOriginalBytes, setting: "the database's max_allowed_packet" },
  ];
  return limits.reduce((least, limit) => (limit.maxBytes < least.maxBytes ? limit : least));
}
