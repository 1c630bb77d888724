import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MilvusClient } from '@zilliz/milvus2-sdk-node';

/** Servers that tools/engines starts: the name of the script, and the variable with the address of a running server. */
const SERVERS = [
  { name: 'milvus 2.3.5', engine: 'milvus', variable: 'WENTU_TEST_MILVUS_ADDRESS' },
  { name: 'milvus-lite 3.2.2', engine: 'milvus-lite', variable: 'WENTU_TEST_MILVUS_LITE_ADDRESS' },
] as const;

export interface TestServer {
  readonly name: string;
  readonly engine: (typeof SERVERS)[number]['engine'];
  readonly address: string;
}

/**
 * Declares tests for each running server. A server that is not running is reported on stderr; with CI_ENGINES=1 that is
 * an error.
 */
export function onEachServer(declare: (server: TestServer) => void): void {
  for (const { name, engine, variable } of SERVERS) {
    const address = process.env[variable] ?? '';
    if (address === '' && process.env['CI_ENGINES'] === '1') throw new Error(`CI_ENGINES=1 needs ${variable}`);
    if (address === '') process.stderr.write(`SKIPPED: ${name}; see tools/engines/with.mjs, which sets ${variable}\n`);
    (address === '' ? describe.skip : describe)(name, () => declare({ name, engine, address }));
  }
}

export interface OwnServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a separate server for a test. */
export async function startServer(engine: TestServer['engine'], options: readonly string[] = []): Promise<OwnServer> {
  const script = join(__dirname, `../../../../tools/engines/${engine}.mjs`);
  const child = spawn(process.execPath, [script, 'start', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const failed = ended.then(() => {
    throw new Error(`${engine} did not start`);
  });
  try {
    const [json] = await Promise.race([line, failed]);
    failed.catch(() => undefined);
    return { address: (JSON.parse(json) as { url: string }).url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The SDK as another program uses it, for operations that the store does not have. */
export function otherClient(address: string): MilvusClient {
  return new MilvusClient({
    address,
    telemetry: { enabled: false },
    logLevel: 'error',
    // Sealing and loading thousands of points takes longer than the SDK's 15 s on a busy machine.
    timeout: 120_000,
    pool: { min: 0, max: 1 },
    // Channels of the SDK stay open after closeConnection, and servers refuse their pings.
    channelOptions: { 'grpc.keepalive_permit_without_calls': 0 },
  });
}
