import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of the calling thread, and of threads that it creates later. On Linux a priority belongs to a
 * thread; on other systems it belongs to the whole process, so this function does nothing there. A process that was
 * started with a lower priority keeps it: only a privileged process may raise its priority.
 */
export function lowerThreadPriority(to: 'below normal' | 'lowest' = 'below normal'): void {
  if (process.platform !== 'linux') return;
  const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
  const wanted = to === 'lowest' ? PRIORITY_LOW : PRIORITY_BELOW_NORMAL;
  if (getPriority() < wanted) setPriority(wanted);
}
