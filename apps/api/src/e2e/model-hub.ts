import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

/** A random Chinese-CLIP in the transformers layout. */
export const HUB_MODEL = resolve(__dirname, '../../../../libs/encoder/fixtures/hub-model');
export const HUB_COMMIT = 'a'.repeat(40);

const PATHS = ['config.json', 'preprocessor_config.json', 'vocab.txt', 'onnx/model.onnx'];
const REPOSITORY = '[\\w-]+/[\\w-]+';
const LISTING = new RegExp(`^/api/models/(${REPOSITORY})/(revision|tree)/`);
const FILE = new RegExp(`^/(${REPOSITORY})/resolve/[^/]+/(.+)$`);

/** Answers as huggingface.co does. Every repository has the model of the fixtures, except those in `missing`. */
export class ModelHub {
  /** The large file stops after half of its bytes. */
  holds = false;
  readonly missing = new Set<string>();
  readonly tokens: (string | undefined)[] = [];
  private readonly server = createServer((request, response) => {
    this.answer(request, response);
  });

  private constructor(private readonly files: ReadonlyMap<string, Buffer>) {}

  static async start(): Promise<ModelHub> {
    const files = new Map<string, Buffer>();
    for (const path of PATHS) files.set(path, await readFile(join(HUB_MODEL, path)));
    const hub = new ModelHub(files);
    await new Promise<void>((done) => hub.server.listen(0, '127.0.0.1', done));
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    this.tokens.push(headers.authorization);
    const [, listed, kind] = LISTING.exec(url) ?? [];
    const [, repository = listed ?? '', path = ''] = FILE.exec(url) ?? [];
    if (this.missing.has(repository)) return void response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end();
    if (kind !== undefined) {
      response.setHeader('content-type', 'application/json');
      const answer = kind === 'tree' ? this.tree() : { id: repository, sha: HUB_COMMIT };
      return void response.end(JSON.stringify(answer));
    }
    const bytes = this.files.get(path);
    if (!bytes) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      ...{ etag: '"one"', 'content-length': bytes.length - from, 'x-repo-commit': HUB_COMMIT },
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (this.holds && path === 'onnx/model.onnx') response.write(bytes.subarray(from, bytes.length / 2));
    else response.end(bytes.subarray(from));
  }

  private tree(): unknown {
    return [...this.files].map(([path, bytes]) => {
      const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      return { type: 'file', path, size: bytes.length, oid };
    });
  }
}
