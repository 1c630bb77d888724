import { createHash } from 'node:crypto';
import { InvalidInputError, LimitExceededError, NotFoundError, sentence } from '@wentu/domain';
import { z } from 'zod';
import { findInCatalog } from './catalog';
import { totalOf } from './download-files';
import type { RemoteFile } from './file-download';
import {
  asFolder,
  catalogRepository,
  isKnownHub,
  nameOfRepository,
  pageRepository,
  parseAddress,
  prefixedRepository,
  type HubAddresses,
} from './hub-address';
import { encodePath, type HubListing, type HubRepository } from './hub-listing';
import { listHuggingFace } from './hugging-face';
import { listModelScope } from './model-scope';
import { showUrl } from './show-url';
import { WebPageError, type FetchSmall } from './small-files';

export type Precision = 'fp32' | 'fp16' | 'int8';

/** The names of the graphs in exports on the hub. */
const GRAPHS: Record<Precision, string> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_quantized.onnx',
};
const MANIFEST = 'wentu-model.json';
/** Of a large model, exporters put every tensor into a file of its own. */
const MAX_FILES = 2_048;
/** Descriptions that are read before the download. */
const MAX_TEXT_BYTES = 1024 * 1024;

const manifestSchema = z.object({
  name: z.string().min(1).max(128),
  files: z.record(
    z.string().regex(/^(\w[\w.-]*\/)?\w[\w.-]*$/),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int().min(1) }),
  ),
});

/** Names the layout of a model and the files that its import needs; throws when it cannot be imported. */
export type RecogniseModel = (
  listing: {
    readonly name: string;
    readonly files: readonly string[];
    readonly readText: (path: string) => Promise<string>;
  },
  precision?: Precision,
) => Promise<RecognisedModel>;

interface RecognisedModel {
  readonly layout: string;
  /** null: the layout has only one precision. */
  readonly precision: Precision | null;
  readonly name: string | null;
  readonly files: readonly string[];
}

/** Where the files of a download come from: a source for `wentu model add`, and the revision of all its files. */
export interface DownloadOrigin {
  readonly source: string;
  readonly revision: string;
  /** The branch, tag or commit that the user asked for; null: the default branch. */
  readonly requested: string | null;
}

/** The files to download, and the name of the model. */
export interface DownloadPlan {
  readonly name: string;
  readonly layout: string;
  readonly files: readonly RemoteFile[];
  /** null: the server gives no listing with the sizes. */
  readonly totalBytes: number | null;
  /** null: the source has no revisions. */
  readonly origin: DownloadOrigin | null;
}

export interface PlanOptions {
  readonly precision?: Precision;
  readonly hubs: HubAddresses;
  /** The mirror that the user gave for this source. */
  readonly mirror?: string;
  readonly recognise: RecogniseModel;
  readonly fetchSmall: FetchSmall;
  /**
   * The commit of an interrupted download of this source, when the user asked for the same revision; null: there is
   * none.
   */
  readonly interrupted?: (source: string, requested: string | null) => Promise<string | null>;
}

/**
 * @param source a name of the catalogue, `hf:OWNER/NAME`, `modelscope:OWNER/NAME`, the address of a repository's page
 * or of a wentu-model.json, or that of a folder that contains one or has the hub's transformers layout
 * @throws InvalidInputError when the model cannot be imported; nothing but small files was fetched
 */
export async function planDownload(source: string, options: PlanOptions): Promise<DownloadPlan> {
  const known = findInCatalog(source);
  const repository = known ? catalogRepository(known, options.hubs) : prefixedRepository(source, options.hubs);
  if (repository?.kind === 'modelscope') refuseMirror(source, options);
  if (repository !== null) {
    const plan = await planRepository(repository, options);
    return plan ?? (await planFolders([filesOf(repository)], nameOfRepository(repository), options));
  }
  return await planAddress(parseAddress(source), options);
}

/** The files that a repository in the transformers layout has, for downloading them by hand. */
export function filesByHand(source: string, hubs: HubAddresses, precision: Precision = 'fp32'): readonly RemoteFile[] {
  const known = findInCatalog(source);
  if (known?.layout !== 'transformers') return [];
  return transformersFiles(filesOf(catalogRepository(known, hubs)), precision);
}

async function planAddress(url: URL, options: PlanOptions): Promise<DownloadPlan> {
  const isManifest = url.pathname.endsWith(`/${MANIFEST}`);
  const page = pageRepository(url, options.hubs);
  if (page?.kind !== 'hugging-face' || !isKnownHub(url, options.hubs)) refuseMirror(showUrl(url), options);
  if (page !== null) {
    const plan = await planRepository(page, options).catch((error: unknown) => {
      // Only a server that may be a hub answers with the page of a web application.
      if (error instanceof WebPageError && page.kind === 'hugging-face' && !isKnownHub(url, options.hubs)) return null;
      throw error;
    });
    if (plan !== null) return plan;
  }
  const raw = new URL(url);
  raw.pathname = raw.pathname.replace(/^(\/[^/]+\/[^/]+)\/(?:tree|blob)\//, '$1/resolve/');
  if (isManifest) {
    const manifest = await options.fetchSmall(raw, MAX_TEXT_BYTES);
    if (manifest !== null) return await planWentuModel(beside(raw, '.'), manifest.text, options);
    throw new NotFoundError(sentence('NO_ADDRESS', { url: showUrl(raw) }));
  }
  const given = asFolder(raw);
  const isRepository = /^\/[^/]+\/[^/]+\/$/.test(given.pathname);
  return await planFolders(isRepository ? [given, beside(given, 'resolve/main/')] : [given], null, options);
}

function refuseMirror(source: string, { mirror }: PlanOptions): void {
  if (mirror === undefined) return;
  throw new InvalidInputError(
    `--mirror is for names of the catalogue and for repositories of Hugging Face; ${source} has its own address`,
  );
}

/** @returns null when the server has no listing */
async function planRepository(repository: HubRepository, options: PlanOptions): Promise<DownloadPlan | null> {
  const found = await list(repository, options);
  if (found === null) return null;
  const { files, revision } = inFolder(found, repository);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const readText = async (path: string): Promise<string> => {
    const file = byPath.get(path);
    if (!file) throw new InvalidInputError(`${repository.source} has no file ${path}`);
    return await readSmall(new URL(file.url), options.fetchSmall);
  };
  const listing = { name: repository.source, files: [...byPath.keys()], readText };
  const { layout, precision, name, files: needed } = await options.recognise(listing, options.precision);
  const wanted = needed.flatMap((path) => byPath.get(path) ?? []);
  if (wanted.length > MAX_FILES) throw tooManyFiles(repository.source, wanted.length);
  return {
    name: name ?? withPrecision(nameOfRepository(repository), precision),
    layout,
    files: wanted,
    totalBytes: totalOf(wanted),
    origin: { source: repository.source, revision, requested: repository.revision },
  };
}

/** An interrupted download goes on with its revision, also when the branch has moved. */
async function list(repository: HubRepository, options: PlanOptions): Promise<HubListing | null> {
  const listAt = (revision: string | null): Promise<HubListing | null> =>
    (repository.kind === 'modelscope' ? listModelScope : listHuggingFace)(
      { ...repository, revision },
      options.fetchSmall,
    );
  const { source, revision: requested } = repository;
  const earlier = (await options.interrupted?.(source, requested)) ?? null;
  return await listAt(earlier ?? requested).catch((error: unknown) => {
    // The branch was rewritten, and the hub has removed the commit.
    if (earlier !== null && error instanceof NotFoundError) return listAt(requested);
    throw error;
  });
}

/** The files of the folder that the address names; that of a file means the folder of the file. */
function inFolder({ files, revision }: HubListing, { path }: HubRepository): HubListing {
  const isFile = files.some((file) => file.path === path);
  const folder = isFile ? path.slice(0, path.lastIndexOf('/') + 1) : path === '' ? '' : `${path}/`;
  const inside = files.filter((file) => file.path.startsWith(folder));
  return { revision, files: inside.map((file) => ({ ...file, path: file.path.slice(folder.length) })) };
}

/** A web server without a listing: the description or the layout gives the names of the files. */
async function planFolders(folders: readonly URL[], name: string | null, options: PlanOptions): Promise<DownloadPlan> {
  for (const base of folders) {
    const manifest = await options.fetchSmall(beside(base, MANIFEST), MAX_TEXT_BYTES);
    if (manifest !== null) return await planWentuModel(base, manifest.text, options);
    if ((await options.fetchSmall(beside(base, 'config.json'), MAX_TEXT_BYTES)) !== null)
      return await planTransformers(base, name ?? nameOf(base), options);
  }
  throw new NotFoundError(
    `there is neither ${MANIFEST} nor config.json at ${folders.map(showUrl).join(' or ')}; give the address of a ${MANIFEST}, ` +
      `of a hub repository in the transformers layout, or a name that wentu model list shows`,
  );
}

async function planWentuModel(base: URL, text: string, options: PlanOptions): Promise<DownloadPlan> {
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
  const entries = Object.entries(parsed.data.files);
  if (entries.length > MAX_FILES) throw tooManyFiles(where, entries.length);
  const listing = {
    name: showUrl(base),
    files: [MANIFEST, ...Object.keys(parsed.data.files)],
    readText: async () => text,
  };
  const { layout } = await options.recognise(listing, options.precision);
  const bytes = Buffer.from(text);
  const files: RemoteFile[] = [
    {
      url: beside(base, MANIFEST).href,
      path: MANIFEST,
      // The hash of the text that was read: a file of an earlier call may be older.
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
    },
    ...entries.map(([path, file]) => ({ url: beside(base, path).href, path, ...file })),
  ];
  return { name: parsed.data.name, layout, files, totalBytes: totalOf(files), origin: null };
}

async function planTransformers(base: URL, name: string, options: PlanOptions): Promise<DownloadPlan> {
  const precision = options.precision ?? 'fp32';
  const files = transformersFiles(base, precision);
  const listing = {
    name: showUrl(base),
    // An optional file of weights would be part of the layout, but not of its recognition.
    files: files.filter(({ path }) => !path.endsWith('_data')).map(({ path }) => path),
    readText: (path: string) => readSmall(beside(base, path), options.fetchSmall),
  };
  const { layout } = await options.recognise(listing, precision);
  return { name: withPrecision(name, precision), layout, files, totalBytes: null, origin: null };
}

function transformersFiles(base: URL, precision: Precision): RemoteFile[] {
  const graph = GRAPHS[precision];
  const file = (path: string): RemoteFile => ({ url: beside(base, path).href, path });
  return [
    file('config.json'),
    file('preprocessor_config.json'),
    // Either file contains the vocabulary.
    { ...file('vocab.txt'), optional: true },
    { ...file('tokenizer.json'), optional: true },
    file(graph),
    // A graph of more than 2 GB has its weights in this file.
    { ...file(`${graph}_data`), optional: true },
  ];
}

async function readSmall(url: URL, fetchSmall: FetchSmall): Promise<string> {
  const file = await fetchSmall(url, MAX_TEXT_BYTES);
  if (file === null) throw new NotFoundError(`there is no ${showUrl(url)}; check the address`);
  return file.text;
}

function withPrecision(name: string, precision: Precision | null): string {
  return precision === null || precision === 'fp32' ? name : `${name}-${precision}`;
}

function tooManyFiles(where: string, count: number): LimitExceededError {
  return new LimitExceededError(`${where} needs ${count} files; a model may have ${MAX_FILES}`);
}

/** The address of the default revision's files. */
function filesOf({ endpoint, id, revision }: HubRepository): URL {
  return new URL(`${id}/resolve/${encodePath(revision ?? 'main')}/`, endpoint);
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
