import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { announcedServer } from '@wentu/data-folder/running-server';
import type { Config } from '../config';
import { finding, type Finding } from './findings';

const MIB = 1024 * 1024;
const LEAST_NODE = [20, 19] as const;
/** Two loads, a thousand sockets and the decoders need fewer. */
const ENOUGH_HANDLES = 4_096;
const LOW_BYTES = 2 * 1024 * MIB;
const FULL_BYTES = 64 * MIB;
/** Of Wentu without its model, during a load. */
const OWN_BYTES = 900 * MIB;

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return finding(isOld ? 'NODE_OLD' : 'NODE_OK', { version });
}

/** Whether the folder, or the folder in which it will be created, can be written to, and has room. */
export async function checkFolder({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding[]> {
  let there = dataDir;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    // An access check is not enough: a file system that is mounted read-only passes it for root.
    await rm(await mkdtemp(join(there, '.wentu-doctor-')), { recursive: true });
  } catch (error) {
    return [finding('FOLDER_REFUSED', { path: there, message: (error as Error).message })];
  }
  const address = await announcedServer(dataDir);
  return [
    finding(there === dataDir ? 'FOLDER_OK' : 'FOLDER_NEW', { path: dataDir }),
    ...(address === null ? [] : [finding('SERVER_RUNS', { address })]),
    checkDisk(there),
  ];
}

function checkDisk(path: string): Finding {
  const { bavail, bsize } = statfsSync(path);
  const freeBytes = bavail * bsize;
  const code = freeBytes < FULL_BYTES ? 'DISK_FULL' : freeBytes < LOW_BYTES ? 'DISK_LOW' : 'DISK_OK';
  return finding(code, { path, freeBytes });
}

export function checkLimits(modelBytes: number): Finding[] {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  const limit = typeof soft === 'number' ? soft : Infinity;
  const [totalBytes, neededBytes] = [totalmem(), OWN_BYTES + modelBytes];
  return [
    finding(limit < ENOUGH_HANDLES ? 'HANDLES_FEW' : 'HANDLES_OK', { limit }),
    totalBytes < neededBytes
      ? finding('MEMORY_LOW', { totalBytes, neededBytes })
      : finding('MEMORY_OK', { totalBytes }),
  ];
}

/** @param ours the address that a server on the same data folder has announced */
export async function checkPort({ host, port }: Pick<Config, 'host' | 'port'>, ours: string | null): Promise<Finding> {
  const address = ours ?? `${host}:${port}`;
  if (port === 0 || ours !== null) return finding('PORT_OK', { address });
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'EADDRINUSE'
          ? finding('PORT_TAKEN', { address })
          : finding('PORT_REFUSED', { address, message: error.message }),
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve(finding('PORT_OK', { address }))));
  });
}

export function checkRoots({ loadRoots }: Pick<Config, 'loadRoots'>): Finding[] {
  if (loadRoots.length === 0) return [finding('ROOTS_NONE', {})];
  const missing = loadRoots.filter((root) => !isReadable(root));
  if (missing.length > 0) return missing.map((path) => finding('ROOT_MISSING', { path }));
  return [finding('ROOTS_OK', { count: loadRoots.length })];
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
