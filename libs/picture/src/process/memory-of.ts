import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 4_096;

/** Memory that a process holds, in bytes; null where the system does not say (only Linux does). */
export async function memoryOf(pid: number): Promise<number | null> {
  const pages = await readFile(`/proc/${pid}/statm`, 'latin1').then(
    (line) => Number(line.split(' ')[1]),
    () => Number.NaN,
  );
  return Number.isNaN(pages) ? null : pages * PAGE_BYTES;
}
