import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '@wentu/data-folder';
import type { Device, ModelInfo, ModelSpeed } from '@wentu/domain';
import { z } from 'zod';
import type { InstalledModel } from './installed-models';

/** What the speed of a model depends on beside the machine. */
export interface SpeedSettings {
  readonly device: Device;
  /** WENTU_THREADS; 0: all cores. */
  readonly threads: number;
}

/** The speeds of a machine, by `speedKey`. */
export type Speeds = Readonly<Record<string, ModelSpeed>>;

export interface SpeedTools {
  readonly dataDir: string;
  readonly settings: SpeedSettings;
  /** Encodes without a cache. */
  readonly encodeTexts: (texts: readonly string[], model: InstalledModel) => Promise<unknown>;
  /** Prepared pictures a second. */
  readonly imagesPerSecond: (model: InstalledModel) => Promise<number>;
  /** Whether a load runs. It would be slowed down, and the figure would be too low. */
  readonly isBusy: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

const stored = z.record(
  z.string(),
  z.record(z.string(), z.object({ imagesPerSecond: z.number().positive(), textMs: z.number().positive() })),
);
const MAX_MACHINES = 20;
const MAX_MODELS = 100;
/** Short searches. The first one is not timed. */
const TEXTS = ['海边的日落', '一只小狗', '红色的汽车', '下雪的街道', '桌上的咖啡', '两个人在跑步'];

/** Measures models in the background, one at a time. */
export class ModelSpeeds {
  private readonly running = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly tools: SpeedTools) {}

  /** Starts to measure a model that is not being measured. The result is in `readSpeeds` afterwards. */
  measure(model: InstalledModel): void {
    const key = speedKey(model);
    if (this.running.has(key)) return;
    this.running.add(key);
    this.last = this.last
      .then(() => this.run(model))
      .catch((error: unknown) => {
        if (!this.isClosed) this.tools.onError(error);
      })
      .finally(() => this.running.delete(key));
  }

  /** Resolves when nothing is being measured. */
  async ended(): Promise<void> {
    await this.last;
  }

  /** Nothing is written to the data folder afterwards. */
  close(): void {
    this.isClosed = true;
  }

  private async run(model: InstalledModel): Promise<void> {
    const { dataDir, settings, imagesPerSecond, encodeTexts, isBusy } = this.tools;
    const [machine, key] = [machineOf(settings), speedKey(model)];
    if (this.isClosed || (await readSpeeds(dataDir))[machine]?.[key] || (await isBusy())) return;
    const times: number[] = [];
    for (const text of TEXTS) {
      const start = performance.now();
      await encodeTexts([text], model);
      times.push(performance.now() - start);
    }
    const speed = { imagesPerSecond: await imagesPerSecond(model), textMs: median(times.slice(1)) };
    // A load that has begun meanwhile has taken part of the machine.
    if (this.isClosed || (await isBusy())) return;
    const known = await readSpeeds(dataDir);
    const ofMachine = newest({ ...known[machine], [key]: speed }, MAX_MODELS);
    const { [machine]: _, ...others } = known;
    await replaceFile(fileOf(dataDir), JSON.stringify(newest({ ...others, [machine]: ofMachine }, MAX_MACHINES)));
  }
}

/** The speeds that were measured, by machine. */
export async function readSpeeds(dataDir: string): Promise<Record<string, Speeds>> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => '{}');
  try {
    return stored.parse(JSON.parse(text));
  } catch {
    // An unreadable file only means that the models are measured again.
    return {};
  }
}

/** Names the hardware and the settings: a data folder may move to another machine. */
export function machineOf({ device, threads }: SpeedSettings): string {
  const cores = availableParallelism();
  return `${process.arch} ${cpus()[0]?.model ?? 'unknown'} ×${cores}, ${threads === 0 ? cores : threads} threads, ${device}`;
}

/** Two models of one name and space may have another precision. */
export function speedKey({ info, bytes }: { info: ModelInfo; bytes: InstalledModel['bytes'] }): string {
  return `${info.name} ${info.space} ${bytes.image + bytes.text}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function newest<Value>(entries: Readonly<Record<string, Value>>, most: number): Record<string, Value> {
  return Object.fromEntries(Object.entries(entries).slice(-most));
}

const fileOf = (dataDir: string): string => join(dataDir, 'model-speeds.json');
