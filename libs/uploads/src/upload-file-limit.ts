export interface UploadFileLimits {
  /** Largest picture file that is read. */
  readonly maxImageBytes: number;
  /** Largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
}

/** What one file of an upload may have: what is taken can also be stored. */
export interface UploadFileLimit {
  readonly maxBytes: number;
  /** What decides: a setting of Wentu's, or of the database. */
  readonly setting: string;
}

/** @param maxOriginalBytes largest picture that the database takes */
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
