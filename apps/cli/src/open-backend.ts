import { parse } from 'node:path';
import { openApp, parseConfig } from '@wentu/composition';
import { DataFolder } from '@wentu/data-folder';
import { WentuError } from '@wentu/domain';
import pino from 'pino';
import type { Backend } from './backend';
import { createLocalBackend } from './local-backend';
import { createRemoteBackend } from './remote-backend';

/**
 * Opens the given server, or the data folder, or the server that uses the data folder. Without a server, the user's own
 * permissions apply: the load roots restrict only servers. Only servers read words in pictures, because a command ends
 * soon. The key of an admin in the settings is sent only to the server of this data folder.
 */
export async function openBackend(env: NodeJS.ProcessEnv, server: string | undefined): Promise<Backend> {
  if (server !== undefined) return createRemoteBackend(server, env['WENTU_KEY'] || undefined);
  const config = parseConfig(env);
  const running = await DataFolder.serverAddress(config.dataDir);
  try {
    const own = { ...config, samples: false, readWords: false, loadRoots: [parse(config.dataDir).root] };
    const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
    const app = await openApp(own, log, { openTowers: false });
    await app.started;
    return createLocalBackend(app);
  } catch (error) {
    if (running !== null && error instanceof WentuError && error.code === 'CONFLICT')
      return createRemoteBackend(running, config.key ?? config.access.adminKey ?? undefined);
    throw error;
  }
}
