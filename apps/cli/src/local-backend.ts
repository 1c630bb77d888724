import type { App } from '@wentu/composition';
import type { ImageRow, LoadJob } from '@wentu/domain';
import type { Backend, HitView, JobView } from './backend';

/** Uses the data folder, which only this process has open. */
export function createLocalBackend(app: App): Backend {
  const rows = new Map<string, ImageRow>();
  return {
    collections: () => app.reader.listCollections(),
    async search(text, collection, topK) {
      const found = await app.searcher.search(text, await app.searcher.whereToSearch(collection), topK);
      const hits = found.map(({ similarity, distance, image }): HitView => {
        const id = String(image.id);
        rows.set(id, image);
        const { imageId, mimeType, width, height, sizeBytes } = image;
        return { similarity, distance, id, imageId, mimeType, width, height, sizeBytes };
      });
      return { hits, understanding: await app.explainText(text) };
    },
    async *load({ directory, collection, ...options }, signal) {
      const job = await app.load(collection, directory, options);
      const cancel = (): void => void app.loads.cancel(job.id).catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
      for await (const state of app.watchJob(job.id)) yield view(state);
    },
    failures: (jobId, first) => app.reader.listFailures(Number(jobId), first, 0),
    async original(hit) {
      const row = rows.get(hit.id);
      return row ? await app.originals.read(row) : null;
    },
    resolveMissing: (...args) => app.resolveMissing(...args),
    drop: (name) => app.loads.drop(name),
    repair: (collection) => app.repair(collection),
    close: () => app.close(),
  };
}

function view(job: LoadJob): JobView {
  return { ...job, id: String(job.id) };
}
