import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lets the calling thread, and those it creates from now on, take what the others leave. On Linux a priority is a thread's
 * own; elsewhere it is the whole process's, so nothing happens there. A process that was started lower stays as it is: only a
 * privileged one may raise itself.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
}
