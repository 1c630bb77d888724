import { parse } from 'node:path';
import { openApp, type Config } from '@wentu/composition';
import pino from 'pino';
import type { Backend } from './backend';
import { createLocalBackend } from './local-backend';

/** Opens the data folder. @throws ConflictError when another process has it */
export async function openLocalBackend(config: Config): Promise<Backend> {
  const own = { ...config, samples: false, readWords: false, loadRoots: [parse(config.dataDir).root] };
  const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
  const app = await openApp(own, log, { openTowers: false });
  await app.started;
  return createLocalBackend(app);
}
