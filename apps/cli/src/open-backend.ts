import { parseConfig } from '@wentu/composition/config';
import { announcedServer, runningServer } from '@wentu/data-folder/running-server';
import { WentuError } from '@wentu/domain';
import type { Backend } from './backend';
import { createRemoteBackend } from './remote-backend';

/**
 * Opens the given server, or the server that uses the data folder, or the data folder. Without a server, the user's own
 * permissions apply: the load roots restrict only servers. Only servers read words in pictures, because a command ends
 * soon. The key of an admin in the settings is sent only to the server of this data folder.
 */
export async function openBackend(env: NodeJS.ProcessEnv, server: string | undefined): Promise<Backend> {
  if (server !== undefined) return createRemoteBackend(server, env['WENTU_KEY'] || undefined);
  const config = parseConfig(env);
  const remote = (address: string): Backend =>
    createRemoteBackend(address, config.key ?? config.access.adminKey ?? undefined);
  const running = await runningServer(config.dataDir);
  if (running !== null) return remote(running);
  // The code of the application takes half a second of CPU, which a command that asks a server does not need.
  const { openLocalBackend } = await import('./open-local-backend');
  try {
    return await openLocalBackend(config);
  } catch (error) {
    // A server has started meanwhile.
    const started = error instanceof WentuError && error.code === 'CONFLICT' && (await announcedServer(config.dataDir));
    if (started) return remote(started);
    throw error;
  }
}
