import { InvalidInputError, sentence } from '@wentu/domain';
import { DEFAULT_HUB, findInCatalog, type CatalogModel } from './catalog';
import type { HubRepository } from './hub-listing';
import { showUrl } from './show-url';

/** The addresses of the hubs, with `/` at the end. */
export interface HubAddresses {
  /** Hugging Face's hub or a mirror of it. */
  readonly huggingFace: URL;
  readonly modelScope: URL;
}

const PREFIX = /^(hf|huggingface|modelscope):(?!\/\/)(.*)$/is;
const ID = /^(\w[\w.-]{0,95}\/\w[\w.-]{0,95})(?:@([\w./-]{1,128}))?$/;
const HUGGING_FACE_HOSTS = new Set([new URL(DEFAULT_HUB).host, 'www.huggingface.co', 'hf.co']);
const MODELSCOPE_HOSTS = new Set(['modelscope.cn', 'www.modelscope.cn', 'modelscope.ai', 'www.modelscope.ai']);

/** Whether the source must be downloaded and is not a folder. */
export function isRemote(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source) || PREFIX.test(source) || findInCatalog(source) !== null;
}

/** The repository of a model of the catalogue. @throws InvalidInputError when no ONNX export of it is published */
export function catalogRepository(model: CatalogModel, hubs: HubAddresses): HubRepository {
  if (model.repository !== null) return huggingFace(model.repository, null, hubs.huggingFace);
  throw new InvalidInputError(sentence('NO_EXPORT', { model: model.name }));
}

/** The repository of `hf:OWNER/NAME` or `modelscope:OWNER/NAME`, each with `@REVISION`; null for other sources. */
export function prefixedRepository(source: string, hubs: HubAddresses): HubRepository | null {
  const [, prefix, rest] = PREFIX.exec(source) ?? [];
  if (prefix === undefined || rest === undefined) return null;
  const [, id, revision = null] = ID.exec(rest) ?? [];
  if (id === undefined) {
    throw new InvalidInputError(sentence('REPOSITORY_INVALID', { source, prefix, again: prefix }));
  }
  return prefix.toLowerCase() === 'modelscope'
    ? modelScope(id, revision, hubs.modelScope)
    : huggingFace(id, revision, hubs.huggingFace);
}

/**
 * The repository of a page's address. Users copy the addresses of pages that show a file or a folder.
 * @returns null when the address cannot be that of a repository
 */
export function pageRepository(url: URL, hubs: HubAddresses): HubRepository | null {
  const segments = decodedSegments(url);
  if (segments === null) return null;
  if (MODELSCOPE_HOSTS.has(url.host) || url.origin === hubs.modelScope.origin)
    return modelScopePage(url, segments, hubs);
  const [owner, name, kind, revision = null, ...path] = segments;
  const id = ID.exec(`${owner}/${name}`)?.[1];
  if (owner === undefined || name === undefined || id === undefined) return null;
  if (kind !== undefined && !/^(tree|blob|resolve)$/.test(kind)) return null;
  const isHub = isKnownHub(url, hubs);
  // The query may contain the access token of another server, which the API of a hub would not get.
  if (!isHub && url.search !== '') return null;
  if (isHub) return huggingFace(id, revision, hubs.huggingFace, path.join('/'));
  return { ...huggingFace(id, revision, new URL('/', url), path.join('/')), source: showUrl(new URL(`/${id}`, url)) };
}

function decodedSegments(url: URL): string[] | null {
  try {
    return url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** Whether the server certainly has the API of a hub. */
export function isKnownHub({ host, origin }: URL, hubs: HubAddresses): boolean {
  return HUGGING_FACE_HOSTS.has(host) || origin === hubs.huggingFace.origin;
}

function modelScopePage(url: URL, segments: readonly string[], hubs: HubAddresses): HubRepository | null {
  const [models, owner, name, kind, ...rest] = segments;
  const id = ID.exec(`${owner}/${name}`)?.[1];
  if (models !== 'models' || id === undefined) return null;
  const endpoint = MODELSCOPE_HOSTS.has(url.host) ? new URL('/', url) : hubs.modelScope;
  const [revision = null, ...path] =
    kind === 'file' && rest[0] === 'view' ? rest.slice(1) : /^(tree|resolve)$/.test(kind ?? '') ? rest : [];
  return { ...modelScope(id, revision, endpoint), path: path.join('/') };
}

function huggingFace(id: string, revision: string | null, endpoint: URL, path = ''): HubRepository {
  return { kind: 'hugging-face', endpoint, id, revision, path, source: `hf:${id}` };
}

function modelScope(id: string, revision: string | null, endpoint: URL): HubRepository {
  return { kind: 'modelscope', endpoint, id, revision, path: '', source: `modelscope:${id}` };
}

/**
 * The name of the catalogue for a repository of the catalogue, else the last part of its id. It is the same on every
 * hub, so that one can continue a download of another.
 */
export function nameOfRepository({ id }: HubRepository): string {
  return findInCatalog(id)?.name ?? id.slice(id.indexOf('/') + 1);
}

/** @throws InvalidInputError */
export function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new InvalidInputError(sentence('ADDRESS_INVALID', { text }));
  if (url.username !== '' || url.password !== '')
    throw new InvalidInputError(`the address of ${showUrl(url)} contains a user or password, which is not supported`);
  url.hash = '';
  return url;
}

export function asFolder(url: URL): URL {
  const folder = new URL(url);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}
