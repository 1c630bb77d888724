import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** `wentu backup`, `verify` and `restore` */
export function addBackupCommand(
  program: Command,
  { env, out, err, words }: Terminal,
  setExitCode: (code: number) => void,
): void {
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

  program
    .command('verify')
    .description(words.verify.description)
    .argument('<folder>', words.verify.folder)
    .option('--json', words.asJson)
    .action(async (folder: string, { json }: { json?: boolean }) => {
      const { verifyBackup } = await import('@wentu/data-folder/verify-backup');
      const verified = await verifyBackup(folder);
      const { problems, images, originals, sizeBytes, madeAt } = verified;
      if (problems.length > 0) setExitCode(1);
      if (json) {
        out(JSON.stringify(verified, null, 2));
        return;
      }
      for (const problem of problems) err.write(`${words.verify.problem(problem)}\n`);
      if (problems.length > 0) err.write(`${words.verify.damaged(folder)}\n`);
      else out(words.verify.sound({ images, originals, sizeBytes, madeAt }));
    });

  program
    .command('restore')
    .description(words.restore.description)
    .argument('<folder>', words.restore.folder)
    .option('--replace', words.restore.replace)
    .action(async (folder: string, { replace = false }: { replace?: boolean }) => {
      const { parseConfig } = await import('@wentu/composition/config');
      const { restore } = await import('@wentu/data-folder/restore');
      const { images, kept } = await restore(parseConfig(env), folder, { replaces: replace });
      out(words.restore.done(images));
      if (kept !== null) out(words.restore.kept(kept));
    });
}
