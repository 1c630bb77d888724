import { UnavailableError, type TextEncoder } from '@wentu/domain';
import { currentScope, measure, nowMs, type TraceScope } from '@wentu/telemetry';

interface Waiting {
  readonly texts: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly since: number;
  readonly scope: TraceScope | undefined;
  resolve(vectors: Float32Array[]): void;
  reject(error: unknown): void;
}

const MAX_WAITING = 1_000;

/**
 * Calls that arrive during a run share the next run. While the encoder is idle, a call waits for one turn of the event
 * loop only, and calls that arrive until then share a run.
 * @param provider the execution provider of the encoder, for metrics
 */
export function batchTexts(
  encoder: TextEncoder,
  { maxBatch, provider = 'cpu' }: { maxBatch: number; provider?: string },
): TextEncoder {
  let waiting: Waiting[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await run(nextBatch());
    measure('encoderWaiting', 0, { tower: 'text' });
    running = false;
  }

  /** Takes whole calls, oldest first, up to `maxBatch` texts. A larger call gets a batch of its own. */
  function nextBatch(): Waiting[] {
    let texts = 0;
    let calls = 0;
    for (const call of waiting) {
      texts += call.texts.length;
      if (calls > 0 && texts > maxBatch) break;
      calls++;
    }
    const batch = waiting.slice(0, calls);
    waiting = waiting.slice(calls);
    return batch;
  }

  async function run(batch: Waiting[]): Promise<void> {
    const live = batch.filter((call) => {
      if (call.signal?.aborted) call.reject(call.signal.reason);
      return !call.signal?.aborted;
    });
    if (live.length === 0) return;
    const beganMs = nowMs();
    const texts = live.flatMap((call) => call.texts);
    measure('encoderWaiting', waiting.length, { tower: 'text' });
    for (const { since } of live) measure('encoderWait', (beganMs - since) / 1_000, { tower: 'text' });
    try {
      const vectors = await encoder.encodeTexts(texts);
      const endMs = nowMs();
      measure('encoderSeconds', (endMs - beganMs) / 1_000, { tower: 'text', provider });
      measure('encoderItems', texts.length, { tower: 'text' });
      for (const { since, scope } of live) {
        scope?.trace.record('wait.encoder', since, beganMs, scope.span);
        scope?.trace.record('encoding.run', beganMs, endMs, scope.span);
      }
      let start = 0;
      for (const call of live) call.resolve(vectors.slice(start, (start += call.texts.length)));
    } catch (error) {
      for (const call of live) call.reject(error);
    }
    // Calls that arrived during the run are delivered as events; this turn adds them to the next batch.
    await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    model: encoder.model,
    encodeTexts(texts, signal) {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(
          new UnavailableError(`${MAX_WAITING} searches are already waiting; try again in a moment`),
        );
      }
      return new Promise((resolve, reject) => {
        waiting.push({ texts, signal, since: nowMs(), scope: currentScope(), resolve, reject });
        if (!running) void drain();
      });
    },
  };
}
