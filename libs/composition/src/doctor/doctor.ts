import { announcedServer } from '@wentu/data-folder/running-server';
import { parseConfig, settings, type Config } from '../config';
import { finding, type Finding } from './findings';
import { checkFolder, checkLimits, checkNode, checkPort, checkRoots } from './machine';
import { checkModel } from './model';
import { checkIndex, checkRows } from './stores';

export type { Finding, FindingCode, FindingState } from './findings';

/**
 * Looks at everything that a server needs, beside a running server too, and changes nothing. The findings come in the
 * order of the checks. With settings that cannot be used, the checks end there.
 * @param deep whether a SQLite file is read to its end
 */
export async function* diagnose(
  env: Readonly<Record<string, string | undefined>>,
  { deep = false } = {},
): AsyncGenerator<Finding> {
  yield checkNode();
  let config: Config;
  try {
    config = parseConfig(env);
  } catch (error) {
    yield finding('SETTINGS_BAD', { message: (error as Error).message });
    return;
  }
  yield finding('SETTINGS_OK', { count: Object.keys(settings.shape).filter((key) => env[key]).length });
  yield* await checkFolder(config);
  yield await checkPort(config, await announcedServer(config.dataDir));
  yield* checkRoots(config);
  yield* await checkRows(config, deep);
  yield await checkIndex(config);
  const { findings, bytes } = await checkModel(config);
  yield* findings;
  yield* checkLimits(bytes);
}
