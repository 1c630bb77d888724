import type { App } from '@wentu/composition';
import type { ImageRow, LoadJob } from '@wentu/domain';
import { EVERYBODY, nodeId } from '@wentu/session';
import type { Backend, HitView, JobView } from './backend';

/** Uses the data folder, which only this process has open. */
export function createLocalBackend(app: App): Backend {
  const { searches, images, collections, loads } = app.as(EVERYBODY);
  const rows = new Map<string, ImageRow>();
  return {
    collections: async () =>
      (await collections.list()).map(({ name, imageCount, activeSpace: { model, dimension } }) => ({
        ...{ name, imageCount, model, dimension },
      })),
    async search(text, collection, topK) {
      const found = await searches.nearest(text, collection, topK);
      const hits = found.hits.map(({ similarity, distance, image }): HitView => {
        const id = nodeId('Image', image.id);
        rows.set(id, image);
        const { imageId, mimeType, width, height, sizeBytes } = image;
        return { similarity, distance, id, imageId, mimeType, width, height, sizeBytes };
      });
      return { hits, understanding: await searches.explainText(text, found.collection) };
    },
    async *load({ directory, collection, ...options }, signal) {
      const { id } = view(await loads.start(collection, directory, options));
      const cancel = (): void => void loads.cancel(id).catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
      for await (const state of loads.watch(id)) yield view(state);
    },
    async failures(jobId, first) {
      const job = await loads.find(jobId);
      return job ? await loads.failures(job, first, 0) : [];
    },
    async original(hit) {
      const row = rows.get(hit.id);
      return row ? await images.original(row) : null;
    },
    resolveMissing: (...args) => collections.resolveMissing(...args),
    drop: (name) => collections.drop(name),
    repair: (collection) => collections.repair(collection ?? null),
    close: () => app.close(),
  };
}

function view(job: LoadJob): JobView {
  return { ...job, id: nodeId('LoadJob', job.id) };
}
