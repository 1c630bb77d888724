import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** `wentu backup FOLDER` */
export function addBackupCommand(program: Command, { env, out, words }: Terminal): void {
  program
    .command('backup')
    .description(words.backup.description)
    .argument('<folder>', words.backup.folder)
    .action(async (folder: string) => {
      const { parseConfig } = await import('@wentu/composition/config');
      const { backUp } = await import('@wentu/data-folder/back-up');
      const bytes = await backUp(parseConfig(env), folder);
      out(words.backup.done(bytes, folder));
    });
}
