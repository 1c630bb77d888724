/** Hubs on this machine that behave as the documented ones do, for the tests of the download. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { honest, listen, sha256 } from './download-harness';

const LARGE_BYTES = 100_000;

export const ID = 'owner/name';
export const gitSha1 = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
export const commit = (digit: string): string => digit.repeat(40);

/** Each hub has its own ETags for the same bytes. */
export const etagOf = (bytes: Buffer, kind: FakeHubOptions['kind'] = 'hugging-face'): string =>
  `"${kind}-${sha256(bytes)}"`;

export type Files = Readonly<Record<string, Buffer<ArrayBuffer>>>;

/** A request that reached a hub or its storage. */
export interface Asked {
  readonly at: 'hub' | 'storage';
  /** Path and query. */
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

export interface FakeHubOptions {
  readonly kind?: 'hugging-face' | 'modelscope';
  readonly pageSize?: number;
  /** Answers instead of the hub or its storage; then it returns true. */
  readonly meddle?: (request: IncomingMessage, response: ServerResponse, at: Asked['at']) => boolean;
}

export interface FakeHub {
  readonly address: string;
  readonly asked: Asked[];
  /** The files of each commit. */
  readonly revisions: Map<string, Files>;
  /** The commit of the default branch. */
  head: string;
}

/** A hub with one repository. Large files are in a storage on another origin, behind a redirect. */
export async function startHub(files: Files, options: FakeHubOptions = {}): Promise<FakeHub> {
  const asked: Asked[] = [];
  const revisions = new Map([[commit('a'), files]]);
  const record = (at: Asked['at'], request: IncomingMessage, response: ServerResponse): boolean => {
    const { range, 'if-range': ifRange, authorization } = request.headers;
    asked.push({ at, url: request.url ?? '', range, ifRange: ifRange?.toString(), authorization });
    return options.meddle?.(request, response, at) ?? false;
  };
  const storage = await listen(
    createServer((request, response) => {
      if (record('storage', request, response)) return;
      const wanted = /^\/([0-9a-f]{64})\?signature=/.exec(request.url ?? '')?.[1];
      const all = [...revisions.values()].flatMap((each) => Object.values(each));
      const bytes = all.find((each) => sha256(each) === wanted);
      if (bytes) honest(request, response, bytes, etagOf(bytes, options.kind));
      else response.writeHead(403).end();
    }),
  );
  const hub = { asked, revisions, head: commit('a'), storage, pageSize: options.pageSize ?? 1_000 };
  const address = await listen(
    createServer((request, response) => {
      if (record('hub', request, response)) return;
      const url = new URL(request.url ?? '', 'http://hub.test');
      const answer = options.kind === 'modelscope' ? answerModelScope : answerHuggingFace;
      answer(hub, url, request, response);
    }),
  );
  return Object.assign(hub, { address });
}

type Hub = Omit<FakeHub, 'address'> & { readonly storage: string; readonly pageSize: number };

function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function sendFile(
  hub: Hub,
  bytes: Buffer<ArrayBuffer>,
  headers: Record<string, string>,
  ...io: [IncomingMessage, ServerResponse]
) {
  const [request, response] = io;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (bytes.length < LARGE_BYTES) return honest(request, response, bytes, `"${gitSha1(bytes)}"`);
  const linked = { 'x-linked-size': bytes.length, 'x-linked-etag': `"${sha256(bytes)}"` };
  const location = `${hub.storage}/${sha256(bytes)}?signature=${hub.asked.length}`;
  response.writeHead(302, { location, ...linked }).end();
}

/** As huggingface.co: a missing repository is a plain 401 of the API, other failures have an X-Error-Code. */
function answerHuggingFace(hub: Hub, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(url.pathname);
  const [, id, kind, name = ''] = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/(.+)$/.exec(path) ?? [];
  const [, fileId, revision = '', file = ''] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (id === undefined && fileId === undefined) return void response.writeHead(404).end('not here');
  if ((id ?? fileId) !== ID) return json(response, 401, { error: 'Invalid username or password.' });
  const sha = [name, revision].includes('main') ? hub.head : name || revision;
  const files = hub.revisions.get(sha);
  if (!files) return json(response, 404, {}, { 'x-error-code': 'RevisionNotFound' });
  if (kind === 'revision') return json(response, 200, { id, sha });
  if (kind === 'tree') return sendPage(hub, files, url, response);
  const bytes = files[file];
  if (!bytes) return json(response, 404, {}, { 'x-error-code': 'EntryNotFound' });
  sendFile(hub, bytes, { 'x-repo-commit': sha }, request, response);
}

function sendPage(hub: Hub, files: Files, url: URL, response: ServerResponse): void {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const entries = Object.entries(files).map(([path, bytes]) => {
    const large = bytes.length >= LARGE_BYTES;
    const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 134 };
    return {
      type: 'file',
      path,
      size: bytes.length,
      oid: large ? commit('f') : gitSha1(bytes),
      ...(large ? { lfs } : {}),
    };
  });
  const page = [
    ...(from === 0 ? [{ type: 'directory', path: 'onnx', oid: commit('e') }] : []),
    ...entries.slice(from, from + hub.pageSize),
  ];
  const next = from + hub.pageSize;
  // A mirror leaves the address of the hub in the link.
  const link = `<https://huggingface.co${url.pathname}?recursive=true&cursor=${next}>; rel="next"`;
  json(response, 200, page, next < entries.length ? { link } : {});
}

/** As modelscope.cn: an unknown revision is a 200 without files; the commit is known by its first digits. */
function answerModelScope(hub: Hub, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const failed = { Code: 10010205001, Message: 'record not found', Success: false, Data: null };
  const [, id, kind] = /^\/api\/v1\/models\/([^/]+\/[^/]+)\/(repo|repo\/files)$/.exec(url.pathname) ?? [];
  if (id !== ID) return json(response, 404, failed);
  const asked = url.searchParams.get('Revision') ?? 'master';
  const sha = asked === 'master' ? hub.head : asked;
  const files = hub.revisions.get(sha);
  if (kind === 'repo') {
    const bytes = files?.[url.searchParams.get('FilePath') ?? ''];
    return bytes ? sendFile(hub, bytes, {}, request, response) : json(response, 404, failed);
  }
  const list = Object.entries(files ?? {}).map(([path, bytes], i) => {
    const entry = {
      Path: path,
      Type: 'blob',
      Size: bytes.length,
      Sha256: sha256(bytes),
      IsLFS: bytes.length >= LARGE_BYTES,
    };
    return { ...entry, Revision: i === 0 ? sha : commit('0') };
  });
  const Data = files
    ? {
        Files: [{ Path: 'onnx', Type: 'tree', Size: 0 }, ...list],
        LatestCommitter: { Id: '', ShortId: sha.slice(0, 8) },
      }
    : { Files: null, LatestCommitter: null };
  json(response, 200, { Code: 200, Message: 'success', Success: true, Data });
}
