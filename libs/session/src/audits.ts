import type { UseCases } from './use-cases';

/** What an action is about, from its arguments; null: no more than its name. */
type Target<F> = F extends (...args: infer A) => unknown ? (...args: A) => string | null : never;

const MAX_LISTED = 10;

/**
 * The use cases that the audit log has a line for. A test compares the others with the list of those that change
 * nothing.
 */
export const AUDITS: {
  readonly [G in keyof UseCases]: { readonly [C in keyof UseCases[G]]?: Target<UseCases[G][C]> };
} = {
  searches: {},
  images: {},
  attributes: { change: (collection, changes) => `${collection}: ${listed(changes)}` },
  collections: {
    create: (name) => name,
    rename: (name, newName) => `${name} → ${newName}`,
    drop: (name) => name,
    deleteImages: (collection, ids) => `${collection}: ${listed(ids.map((imageId) => ({ imageId })))}`,
    deleteMatching: (collection, _filter, count) => `${collection}: ${count} images that match a filter`,
    allowImages: (collection, ids) => `${collection}: ${listed(ids.map((imageId) => ({ imageId })))}`,
    resolveMissing: (collection, directory, action) => `${collection}: ${action} missing images of ${directory}`,
    repair: (name) => name,
    reencode: (collection, { model }) => `${collection}: ${model}`,
    dropSpace: (collection, model) => `${collection}: ${model}`,
  },
  duplicates: {},
  loads: {
    start: (collection, directory) => `${collection} ← ${directory}`,
    cancel: (id) => id,
  },
  sources: {
    loadAgain: (id) => id,
    retryFailures: (id) => id,
    watch: (id, isOn) => `${id}: ${isOn ? 'on' : 'off'}`,
    remove: (id, count) => `${id}: ${count} images`,
  },
  uploads: { load: (_id, collection) => collection },
  puts: { put: (collection, items) => `${collection}: ${listed(items)}` },
  models: {
    remove: (name) => name,
    setDefault: (name) => name,
    install: (source) => source,
    pauseInstall: (id) => id,
    resumeInstall: (id) => id,
    cancelInstall: (id) => id,
  },
  keys: {
    create: ({ name, role, collections }) =>
      `${name}: ${role}${collections ? ` of ${collections.slice(0, MAX_LISTED).join(', ')}` : ''}`,
    rotate: (id) => `key ${id}`,
    revoke: (id) => `key ${id}`,
  },
  audit: {},
  server: {},
};

function listed(images: readonly { readonly imageId: string }[]): string {
  const names = images.slice(0, MAX_LISTED).map(({ imageId }) => imageId);
  const more = images.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
