import { PictureReader } from '@wentu/picture';
import type { Config } from '@wentu/composition';
import type { Sharp } from 'sharp';

/** Formats that browsers show as they are. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/svg+xml']);

/** Whether the file itself can be served. HEIC, TIFF, BMP, JPEG XL, PSD and RAW are converted. */
export function isShownByBrowsers(mimeType: string): boolean {
  return SHOWN.has(mimeType);
}

/** Originals as the encoder saw them: the same frame, colours and direction. */
export class DisplayedPictures {
  private readonly reader: PictureReader;

  constructor({ maxImageBytes: maxBytes, maxPixels, maxDecodeBytes, decodeTimeoutMs: timeoutMs }: Config['limits']) {
    this.reader = new PictureReader({ maxBytes, maxPixels, maxDecodeBytes, timeoutMs });
  }

  /**
   * @param scale that a vector picture is drawn at; 1 is the size that it says
   * @throws ItemError
   */
  async show<T>(bytes: Uint8Array, scale: number, task: (picture: Sharp) => Promise<T>): Promise<T> {
    return await this.reader.show(bytes, scale, task);
  }
}
