import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addedModels, replaceFile } from '@wentu/data-folder';
import { diskError } from '@wentu/domain';
import { z } from 'zod';
import { partialModels } from './partial-models';

const STATES = ['QUEUED', 'DOWNLOADING', 'PAUSED', 'IMPORTING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
const stored = z.object({
  id: z.string(),
  source: z.string(),
  name: z.string(),
  precision: z.enum(['fp32', 'fp16', 'int8']).nullable(),
  state: z.enum(STATES),
  downloadedBytes: z.number(),
  totalBytes: z.number().nullable(),
  waitingFor: z.string().nullable(),
  error: z.string().nullable(),
  /** Files of earlier versions have none. */
  detail: z
    .object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable()
    .default(null),
  /** The name of the folder with the bytes that came; null: nothing came. */
  partial: z
    .string()
    .regex(/^[a-zA-Z0-9][\w.-]*$/)
    .nullable(),
});

export type StoredInstall = z.infer<typeof stored>;

const fileOf = (dataDir: string): string => join(addedModels(dataDir), '.installs.json');

/** The installations of the last process. Those that it has not ended are paused. */
export async function readInstalls(dataDir: string): Promise<StoredInstall[]> {
  const installs = await readFile(fileOf(dataDir), 'utf8')
    .then((text) => z.array(stored).parse(JSON.parse(text)))
    // The file only remembers what to continue. Without it, installModel continues with the same bytes.
    .catch((): StoredInstall[] => []);
  for (const install of installs) {
    const { state, partial } = install;
    if (state === 'QUEUED' || state === 'DOWNLOADING' || state === 'IMPORTING') install.state = 'PAUSED';
    install.waitingFor = null;
    if (install.state === 'PAUSED' && partial !== null)
      install.downloadedBytes = await sizeOf(join(partialModels(dataDir), partial, 'files'));
  }
  return installs;
}

/** @throws DiskFullError */
export async function writeInstalls(dataDir: string, installs: readonly StoredInstall[]): Promise<void> {
  const text = `${JSON.stringify(installs, null, 2)}\n`;
  try {
    await mkdir(addedModels(dataDir), { recursive: true });
    await replaceFile(fileOf(dataDir), text);
  } catch (error) {
    throw diskError(error);
  }
}

async function sizeOf(folder: string): Promise<number> {
  let sizeBytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile()) sizeBytes += (await stat(join(entry.parentPath, entry.name))).size;
  return sizeBytes;
}
