import type { Images, LoadProgress, LoadQueue, MetadataStore, Words } from '@wentu/domain';
import { measure, measured } from '@wentu/telemetry';

/** The same store, whose calls are measured by port and method, and whose loads and words are counted. */
export function measuredStore(store: MetadataStore): MetadataStore {
  const { collections, images, attributes, originals, keptOut, words, loads, ids, watches } = store;
  const ports = {
    collections: measured(collections, 'rows', 'collections'),
    images: measured(countedFacts(images), 'rows', 'images'),
    attributes: measured(attributes, 'rows', 'attributes'),
    originals: measured(originals, 'rows', 'originals'),
    keptOut: measured(keptOut, 'rows', 'keptOut'),
    words: measured(countedWords(words), 'rows', 'words'),
    loads: measured(countedLoads(loads), 'rows', 'loads'),
    ids: measured(ids, 'rows', 'ids'),
    watches: measured(watches, 'rows', 'watches'),
  };
  // The methods of the store itself use `this`, so they keep it.
  return new Proxy(store, {
    get: (target, name) => {
      if (name in ports) return ports[name as keyof typeof ports];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** More loads than a process runs at once. */
const KEPT_LOADS = 16;
const OUTCOMES = ['loaded', 'skipped', 'failed', 'keptOut'] as const;

/** Counts the pictures and the ends of loads, from the counts that the process of a load writes. */
function countedLoads(loads: LoadQueue): LoadQueue {
  const known = new Map<number, LoadProgress>();
  const count = (jobId: number, progress: LoadProgress): void => {
    const before = known.get(jobId);
    for (const outcome of OUTCOMES) {
      const more = progress[outcome] - (before?.[outcome] ?? 0);
      if (more > 0) measure('loadItems', more, { outcome });
    }
    known.delete(jobId);
    known.set(jobId, progress);
    // A load whose lease this process has lost does not end here.
    const [oldest] = known.keys();
    if (known.size > KEPT_LOADS && oldest !== undefined) known.delete(oldest);
  };
  return withMethods(loads, {
    async heartbeat(jobId, owner, leaseMs, progress, inFlight) {
      const result = await loads.heartbeat(jobId, owner, leaseMs, progress, inFlight);
      count(jobId, progress);
      return result;
    },
    async finish(jobId, owner, status, progress, error) {
      await loads.finish(jobId, owner, status, progress, error);
      count(jobId, progress);
      known.delete(jobId);
      measure('loadsFinished', 1, { status });
    },
    async release(jobId, owner) {
      known.delete(jobId);
      await loads.release(jobId, owner);
    },
  });
}

function countedWords(words: Words): Words {
  return withMethods(words, {
    async put(collectionId, revision, read) {
      const ids = await words.put(collectionId, revision, read);
      measure('passImages', ids.length, { pass: 'words' });
      return ids;
    },
  });
}

function countedFacts(images: Images): Images {
  return withMethods(images, {
    async setFacts(collectionId, facts) {
      const ids = await images.setFacts(collectionId, facts);
      measure('passImages', ids.length, { pass: 'facts' });
      return ids;
    },
  });
}

/** The same object with other methods. */
function withMethods<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      if (name in methods) return methods[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
