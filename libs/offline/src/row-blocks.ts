import { readFeatureBlocks, type FeatureFile } from '@wentu/dataset';
import type { FeatureBlock } from '@wentu/domain';

export interface RowBlocksLimits {
  readonly blockBytes: number;
  readonly maxRows: number;
  /** A file that is larger than this (as float64) is read from the disk each time. */
  readonly keptBytes: number;
}

/**
 * Blocks of a feature file for several readings, one after another. The first reading keeps the blocks of a small file.
 */
export class RowBlocks {
  private whole: FeatureBlock[] | undefined;

  constructor(
    private readonly file: FeatureFile,
    private readonly limits: RowBlocksLimits,
  ) {}

  async *read(onBlock: (rowsBefore: number, block: FeatureBlock) => void): AsyncGenerator<FeatureBlock> {
    let rows = 0;
    for await (const block of this.whole ?? this.fromFile()) {
      onBlock(rows, block);
      rows += block.ids.length;
      yield block;
    }
  }

  private async *fromFile(): AsyncGenerator<FeatureBlock> {
    let kept: FeatureBlock[] | undefined = [];
    let bytes = 0;
    for await (const block of readFeatureBlocks(this.file, this.limits)) {
      bytes += block.ids.length * block.dimension * 8;
      if (bytes > this.limits.keptBytes) kept = undefined;
      kept?.push(block);
      yield block;
    }
    this.whole = kept;
  }
}
