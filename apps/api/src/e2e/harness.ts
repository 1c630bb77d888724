import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql2 from 'mysql2/promise';

const MAIN = resolve(__dirname, '../bundle/main.js');
/**
 * The stores of the suites: `mysql`, `milvus`, or both separated by a comma. Each test server gets its own database on
 * them. By default the embedded stores are used.
 */
export const STORES = (process.env['WENTU_TEST_STORES'] ?? '').split(',').filter((store) => store !== '');
/** A start takes 2 seconds of CPU. The limit is for a slow machine on which other suites start servers too. */
const READY_MS = 300_000;
const KEPT_OUTPUT = 1_000_000;

export interface GraphqlAnswer<T> {
  readonly data?: T;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** The address of Milvus or milvus-lite. */
export const MILVUS_ADDRESS =
  process.env['WENTU_TEST_MILVUS_ADDRESS'] ?? process.env['WENTU_TEST_MILVUS_LITE_ADDRESS'] ?? '';

/**
 * Whether both servers are set. `announceServers` reports a skipped suite on a user's machine and fails in the gate.
 */
export const HAS_SERVERS = STORES.includes('mysql') && STORES.includes('milvus');

export function announceServers(what: string): void {
  if (HAS_SERVERS) return;
  if (process.env['CI_ENGINES'] === '1') throw new Error('CI_ENGINES=1 requires WENTU_TEST_STORES=mysql,milvus');
  process.stderr.write(
    `SKIPPED: ${what}; set WENTU_TEST_STORES=mysql,milvus and start both (tools/engines/with.mjs)\n`,
  );
}

/** The real server in its own process, with its own port and data folder. */
export class TestServer {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    readonly port: number,
    readonly env: Record<string, string>,
    private readonly dropStores: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const server = await TestServer.prepare(env);
    await server.restart();
    return server;
  }

  /** A server that is not started yet. @param change changes the settings that lead to its stores */
  static async prepare(
    env: Record<string, string> = {},
    change: (stores: Record<string, string>) => Record<string, string> = (stores) => stores,
  ): Promise<TestServer> {
    const stores = await freshStores();
    const [dataDir, port] = [await mkdtemp(join(tmpdir(), 'wentu-e2e-')), await freePort()];
    return new TestServer(dataDir, port, { ...change(stores.env), ...env }, stores.drop);
  }

  /** Another process on the stores of this one, with its own data folder. */
  async another(change = (env: Record<string, string>): Record<string, string> => env): Promise<TestServer> {
    const [dataDir, port] = [await mkdtemp(join(tmpdir(), 'wentu-e2e-')), await freePort()];
    const server = new TestServer(dataDir, port, change(this.env), async () => undefined);
    await server.restart();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the process again on the same data, and waits until it is ready. */
  async restart(): Promise<void> {
    this.launch();
    await this.untilReady();
  }

  /** Starts the process. */
  launch(): void {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null)
      throw new Error(`process ${child.pid} is still running; kill it before the next start`);
    this.child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? tmpdir(),
        PORT: String(this.port),
        WENTU_DATA_DIR: this.dataDir,
        WENTU_LOAD_ROOTS: tmpdir(),
        WENTU_SAMPLES: 'off',
        WENTU_READ_WORDS: 'off',
        WENTU_LOG_LEVEL: 'warn',
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => void (this.output = (this.output + chunk.toString()).slice(-KEPT_OUTPUT));
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
  }

  async untilReady(): Promise<void> {
    await this.until('/readyz', 'ready');
  }

  /** Waits until the server answers; the sample pictures may still be loading. */
  async untilAnswers(): Promise<void> {
    await this.until('/healthz', 'reachable');
  }

  private async until(path: string, what: string): Promise<void> {
    const deadline = Date.now() + READY_MS;
    const pause = pauses();
    while (Date.now() < deadline) {
      if (this.child?.exitCode !== null) break;
      const ready = await fetch(this.address + path).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await pause();
    }
    throw new Error(`the server did not become ${what}:\n${this.output}`);
  }

  /** Waits until the similarities of the model are measured. After that the server encodes nothing on its own. */
  async untilMeasured(): Promise<void> {
    const query = '{ serverInfo { similarityFloor } }';
    const pause = pauses();
    for (;;) {
      const { serverInfo } = await this.data<{ serverInfo: { similarityFloor: number | null } }>(query);
      if (serverInfo.similarityFloor !== null) return;
      await pause();
    }
  }

  /** @returns the exit code; null after a signal */
  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.child?.kill(signal);
    return await this.ended();
  }

  /** Waits for the end of the process. @returns the exit code; null after a signal */
  async ended(): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    return await new Promise<number | null>((done) => child.once('exit', done));
  }

  async close(): Promise<void> {
    await this.kill('SIGKILL');
    await rm(this.dataDir, { recursive: true, force: true });
    await this.dropStores();
  }

  get log(): string {
    return this.output;
  }

  async graphql<T>(query: string, variables: object = {}): Promise<GraphqlAnswer<T>> {
    const response = await fetch(`${this.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<T>;
  }

  /** @throws when the answer has errors */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.graphql<T>(query, variables);
    if (errors || !data) throw new Error(`${JSON.stringify(errors)}\n${this.output}`);
    return data;
  }

  async load(directory: string, options: LoadArguments = {}): Promise<Job> {
    const { loadCollection } = await this.data<{ loadCollection: Job }>(
      `mutation ($directory: String!, $collection: String!, $split: String, $featuresModel: String, $copyImages: Boolean, $wait: Boolean!) {
        loadCollection(directory: $directory, collection: $collection, split: $split, featuresModel: $featuresModel, copyImages: $copyImages, wait: $wait) { ${JOB} }
      }`,
      { collection: 'default', wait: true, directory, ...options },
    );
    return loadCollection;
  }

  async job(id: string): Promise<Job> {
    return (await this.data<{ loadJob: Job }>(`query ($id: ID!) { loadJob(id: $id) { ${JOB} } }`, { id })).loadJob;
  }

  /** Polls the load until `holds` is true. @throws when the load has ended before */
  async untilJob(id: string, holds: (job: Job) => boolean, pause = () => sleep(50)): Promise<Job> {
    for (;;) {
      const job = await this.job(id);
      if (holds(job)) return job;
      if (!isActive(job)) throw new Error(`the load has ended: ${JSON.stringify(job)}\n${this.output}`);
      await pause();
    }
  }

  /** Waits for the end of the load. */
  async jobEnded(id: string): Promise<Job> {
    return await this.untilJob(id, (job) => !isActive(job), pauses());
  }

  async search(text: string, collection = 'default', topK = 10): Promise<Hit[]> {
    const { searchImages } = await this.data<{ searchImages: Hit[] }>(
      `query ($text: String!, $collection: String!, $topK: Int!) {
        searchImages(text: $text, collection: $collection, topK: $topK) {
          distance similarity image { id imageId url mimeType width height sizeBytes }
        }
      }`,
      { text, collection, topK },
    );
    return searchImages;
  }
}

/**
 * Pauses between the polls for one thing, from 30 to 300 ms: a poll takes CPU time of both sides, and what takes long
 * needs it more.
 */
function pauses(): () => Promise<void> {
  let ms = 30;
  return async () => {
    await sleep(ms);
    ms = Math.min(300, ms * 1.2);
  };
}

/** Whether a load is queued or running. */
export const isActive = ({ status }: { readonly status: string }): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

export const JOB =
  'id status startedAt finishedAt total processed loaded skipped failed keptOut replaced removed missing unreadFolders ' +
  'ignored { total notPicture junk excluded link unreadable } error { code message } failures(first: 100) { item code message }';

/** Creates an empty database on the servers of `STORES`. @returns the settings for it and for the index */
export async function freshStores(): Promise<{ env: Record<string, string>; drop: () => Promise<void> }> {
  const env: Record<string, string> = {};
  let drop = async (): Promise<void> => undefined;
  if (STORES.includes('mysql')) {
    const url = new URL(process.env['WENTU_TEST_MYSQL_URL'] ?? '');
    const name = `w_e2e_${randomBytes(6).toString('hex')}`;
    const statement = async (sql: string): Promise<void> => {
      const connection = await mysql2.createConnection(process.env['WENTU_TEST_MYSQL_URL'] ?? '');
      await connection.query(sql);
      await connection.end();
    };
    await statement(`CREATE DATABASE ${name}`);
    url.pathname = name;
    env['DATABASE_URL'] = url.href;
    drop = () => statement(`DROP DATABASE ${name}`);
  }
  if (STORES.includes('milvus')) {
    env['VECTOR_STORE'] = 'milvus';
    env['MILVUS_ADDRESS'] = MILVUS_ADDRESS;
    // FLAT is exact like the embedded index, so the same assertions hold.
    env['MILVUS_INDEX'] = 'FLAT';
  }
  return { env, drop };
}

export interface LoadArguments {
  readonly collection?: string;
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copyImages?: boolean;
  readonly wait?: boolean;
}

export interface Job {
  readonly id: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly total: number | null;
  readonly processed: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly keptOut: number;
  readonly replaced: number;
  readonly removed: number;
  readonly missing: number;
  readonly unreadFolders: number;
  readonly ignored: Readonly<Record<'total' | 'notPicture' | 'junk' | 'excluded' | 'link' | 'unreadable', number>>;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly failures: readonly { readonly item: string; readonly code: string; readonly message: string }[];
}

export interface Hit {
  readonly distance: number;
  readonly similarity: number;
  readonly image: {
    readonly id: string;
    readonly imageId: string;
    readonly url: string;
    readonly mimeType: string;
    readonly width: number;
    readonly height: number;
    readonly sizeBytes: number;
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
