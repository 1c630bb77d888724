import { createHash } from 'node:crypto';
import { InvalidInputError, NotFoundError } from '@wentu/domain';
import { z } from 'zod';
import { DEFAULT_HUB, findInCatalog } from './catalog';
import type { RemoteFile } from './file-download';
import { showUrl } from './show-url';

export type Precision = 'fp32' | 'fp16' | 'int8';

/** The names of the graphs in exports on the hub. */
const GRAPHS: Record<Precision, string> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_quantized.onnx',
};
const MANIFEST = 'wentu-model.json';
const MAX_FILES = 64;

const manifestSchema = z.object({
  name: z.string().min(1).max(128),
  files: z.record(
    z.string().regex(/^\w[\w.-]*$/),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int().min(1) }),
  ),
});

/** The files to download, and the name of the model. */
export interface DownloadPlan {
  readonly name: string;
  readonly files: readonly RemoteFile[];
}

export interface PlanOptions {
  readonly precision?: Precision;
  /** The address of the hub. */
  readonly hub?: string;
  /** The address of a mirror for this call. It is an error when the source is not on the hub. */
  readonly mirror?: string;
  /** Fetches a small text file; null when the server does not have it. */
  readonly fetchText: (url: string) => Promise<string | null>;
}

/** Whether the source must be downloaded and is not a folder. */
export function isRemote(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source) || findInCatalog(source) !== null;
}

/**
 * @param source a name of the catalogue, the address of a wentu-model.json, or the address of a repository or folder
 * that contains one or has the hub's transformers layout
 */
export async function planDownload(source: string, options: PlanOptions): Promise<DownloadPlan> {
  const known = findInCatalog(source);
  if (!known) return await planUrl(source, options);
  if (known.repository === null) {
    throw new InvalidInputError(
      `no ONNX export of ${known.name} is published; make one with tools/export-chinese-clip, then run wentu model add FOLDER`,
    );
  }
  const hub = parseAddress(options.mirror ?? options.hub ?? DEFAULT_HUB);
  const base = beside(asFolder(hub), `${known.repository}/resolve/main/`);
  return planHubLayout(known.name, base, options.precision ?? 'fp32');
}

async function planUrl(source: string, { precision, mirror, fetchText }: PlanOptions): Promise<DownloadPlan> {
  if (mirror !== undefined)
    throw new InvalidInputError(`--mirror is for names of the catalogue; ${source} is an address`);
  const url = parseAddress(source);
  // Users copy the addresses of pages that show a file or a folder.
  url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/(?:tree|blob)\//, '$1/resolve/');
  const isManifest = url.pathname.endsWith(`/${MANIFEST}`);
  const given = isManifest ? beside(url, '.') : asFolder(url);
  const bases =
    isManifest || !/^\/[^/]+\/[^/]+\/$/.test(given.pathname) ? [given] : [given, beside(given, 'resolve/main/')];
  for (const base of bases) {
    const manifest = await fetchText(beside(base, MANIFEST).href);
    if (manifest !== null) {
      if (precision !== undefined)
        throw new InvalidInputError(
          `${showUrl(base)} is a Wentu model, which has only one precision; omit --precision`,
        );
      return planWentuModel(base, manifest);
    }
    if (isManifest) break;
    if ((await fetchText(beside(base, 'config.json').href)) !== null)
      return planHubLayout(nameOf(base), base, precision ?? 'fp32');
  }
  throw new NotFoundError(
    isManifest
      ? `there is no ${showUrl(url)}; check the address`
      : `there is neither ${MANIFEST} nor config.json at ${bases.map(showUrl).join(' or ')}; give the address of a ${MANIFEST}, ` +
          `of a hub repository in the transformers layout, or a name that wentu model list shows`,
  );
}

function planWentuModel(base: URL, text: string): DownloadPlan {
  const where = showUrl(beside(base, MANIFEST));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError(`${where} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new InvalidInputError(`${where} is not a model description:\n${bad.join('\n')}`);
  }
  const files = Object.entries(parsed.data.files);
  if (files.length > MAX_FILES)
    throw new InvalidInputError(`${where} names ${files.length} files; a model may have ${MAX_FILES}`);
  return {
    name: parsed.data.name,
    files: [
      // The hash of the text that was read: a file of an earlier call may be older.
      { url: beside(base, MANIFEST).href, path: MANIFEST, sha256: createHash('sha256').update(text).digest('hex') },
      ...files.map(([path, file]) => ({ url: beside(base, path).href, path, ...file })),
    ],
  };
}

function planHubLayout(name: string, base: URL, precision: Precision): DownloadPlan {
  const graph = GRAPHS[precision];
  const file = (path: string): RemoteFile => ({ url: beside(base, path).href, path });
  return {
    name: precision === 'fp32' ? name : `${name}-${precision}`,
    files: [
      file('config.json'),
      file('preprocessor_config.json'),
      // Either file contains the vocabulary.
      { ...file('vocab.txt'), optional: true },
      { ...file('tokenizer.json'), optional: true },
      file(graph),
      // A graph of more than 2 GB has its weights in this file.
      { ...file(`${graph}_data`), optional: true },
    ],
  };
}

function parseAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new InvalidInputError(
      `${JSON.stringify(text)} is not an address; give one that starts with https:// or http://`,
    );
  if (url.username !== '' || url.password !== '')
    throw new InvalidInputError(`the address of ${showUrl(url)} contains a user or password, which is not supported`);
  url.hash = '';
  return url;
}

function asFolder(url: URL): URL {
  const folder = new URL(url);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}

/** Keeps the query string, which may contain an access token. */
function beside(base: URL, path: string): URL {
  const url = new URL(path, base);
  url.search = base.search;
  return url;
}

/** The name of the repository or folder: `…/owner/repository/resolve/main/` or `…/folder/`. */
function nameOf(base: URL): string {
  const path = decodeURIComponent(base.pathname).replace(/\/resolve\/.*$/, '');
  return path.split('/').filter(Boolean).at(-1) ?? base.hostname;
}
