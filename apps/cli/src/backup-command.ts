import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** `wentu backup FOLDER` */
export function addBackupCommand(program: Command, { env, out }: Pick<Terminal, 'env' | 'out'>): void {
  program
    .command('backup')
    .description('copy database and models into a folder that Wentu can be started on; a server may be running')
    .argument('<folder>', 'one that does not exist yet, or is empty')
    .action(async (folder: string) => {
      const { backUp, parseConfig } = await import('@wentu/composition');
      const bytes = await backUp(parseConfig(env), folder);
      out(`${(bytes / 1_000_000).toFixed(1)} MB of database written; WENTU_DATA_DIR=${folder} starts on it`);
    });
}
