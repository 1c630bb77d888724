import type { RgbImage } from '@wentu/picture';
import { Scratch } from '../scratch';
import type { Graph } from '../session';
import { resizeToTensor, type Part } from './resize';
import type { TextMap } from './text-boxes';

/** The network halves the sides five times. */
const STRIDE = 32;
/** Most pixels of one run: larger runs need more memory than they save time. */
const RUN_PIXELS = 370_000;
/** Pixels that neighbouring runs share. A run does not see the whole of the characters at its border. */
const OVERLAP = 3 * STRIDE;
/** A part of a map is computed where a coarser map has at least this probability. */
const FAINT = 0.05 * 255;

/** Computes maps of one picture. */
export class TextMapper {
  private readonly input = new Scratch();
  private readonly output = new Scratch();

  constructor(
    private readonly detector: Graph,
    private readonly image: RgbImage,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Computes where text is, at about `scale` times the size of the picture, in runs that overlap.
   * @param coarse a map at a smaller scale; parts where it shows nothing are left out
   */
  async map(scale: number, coarse?: TextMap): Promise<TextMap> {
    const [width, height] = [this.image.width, this.image.height].map((side) => roundToStride(side * scale)) as [
      number,
      number,
    ];
    const map: TextMap = { data: new Uint8Array(width * height), width, height };
    const side = Math.floor(Math.sqrt(RUN_PIXELS) / STRIDE) * STRIDE;
    // A long picture is cut across.
    const runWidth = Math.min(width, Math.max(side, floorToStride(RUN_PIXELS / height)));
    const runHeight = Math.min(height, floorToStride(RUN_PIXELS / runWidth));
    for (const top of startsOf(height, runHeight))
      for (const left of startsOf(width, runWidth)) {
        this.signal?.throwIfAborted();
        const part = { left, top, width: runWidth, height: runHeight };
        if (coarse === undefined || showsText(coarse, map, part)) await this.run(map, part);
      }
    return map;
  }

  private async run(map: TextMap, part: Part): Promise<void> {
    const { left, top, width, height } = part;
    const input = this.input.take(3 * width * height);
    resizeToTensor(this.image, map, part, input);
    const { data } = await this.detector.run(
      { data: input, shape: [1, 3, height, width] },
      { data: this.output.take(width * height), shape: [1, 1, height, width] },
    );
    // The border of a run belongs to its neighbour, which has seen more there.
    const [fromX, toX] = [left > 0 ? OVERLAP / 2 : 0, left + width < map.width ? width - OVERLAP / 2 : width];
    const [fromY, toY] = [top > 0 ? OVERLAP / 2 : 0, top + height < map.height ? height - OVERLAP / 2 : height];
    for (let y = fromY; y < toY; y++) {
      const to = (top + y) * map.width + left;
      for (let x = fromX; x < toX; x++) map.data[to + x] = (data[y * width + x] as number) * 255;
    }
  }
}

function roundToStride(side: number): number {
  return Math.max(1, Math.round(Math.trunc(side) / STRIDE)) * STRIDE;
}

function floorToStride(side: number): number {
  return Math.max(1, Math.floor(side / STRIDE)) * STRIDE;
}

/** Where runs of this length start, so that they cover `size` and overlap. */
function startsOf(size: number, length: number): number[] {
  if (length >= size) return [0];
  const count = Math.ceil((size - OVERLAP) / Math.max(STRIDE, length - OVERLAP));
  return Array.from({ length: count }, (_, i) => Math.round((i * (size - length)) / (count - 1)));
}

function showsText(coarse: TextMap, map: TextMap, { left, top, width, height }: Part): boolean {
  const [across, down] = [coarse.width / map.width, coarse.height / map.height];
  const [fromX, toX] = [Math.floor(left * across), Math.ceil((left + width) * across)];
  const [fromY, toY] = [Math.floor(top * down), Math.ceil((top + height) * down)];
  for (let y = fromY; y < Math.min(coarse.height, toY); y++)
    for (let at = y * coarse.width + fromX; at < y * coarse.width + Math.min(coarse.width, toX); at++)
      if ((coarse.data[at] as number) > FAINT) return true;
  return false;
}
