/**
 * Waits. An abort ends the wait without an error.
 * @param onWait called with a function that ends the wait
 */
export async function pause(
  ms: number,
  signal: AbortSignal | undefined,
  onWait: (wake: () => void) => void,
): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake, { once: true });
    onWait(wake);
  });
}
