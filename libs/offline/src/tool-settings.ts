import type { Device } from '@wentu/domain';

/** Settings of tools that run without the data folder of a server. The `Config` of composition implements it. */
export interface ToolSettings {
  readonly dataDir: string;
  /** WENTU_MODEL: a folder or a name; null when it is not set. */
  readonly model: string | null;
  readonly device: Device;
  /** 0: as many as the machine has cores. */
  readonly threads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
  readonly limits: {
    readonly maxTextLength: number;
    readonly maxImageBytes: number;
    readonly maxPixels: number;
    readonly maxDecodeBytes: number;
    readonly decodeTimeoutMs: number;
  };
}
