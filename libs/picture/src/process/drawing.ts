/** A vector picture as the process has drawn it. */
export interface Drawing {
  readonly tiff: Uint8Array;
  /** That the picture says, in pixels. */
  readonly width: number;
  readonly height: number;
}
