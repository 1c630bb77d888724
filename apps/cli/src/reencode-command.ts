import type { Command } from 'commander';
import type { Backend, JobView } from './backend';
import { Progress } from './progress';
import { runJob } from './run-job';
import type { Terminal } from './terminal';

/**
 * `wentu reencode` and `wentu spaces`. Exit codes of `reencode`: 0 changed, 1 changed but some images are hidden, or
 * the model stays because some images would be hidden, 3 the job failed.
 */
export function addReencodeCommands(
  program: Command,
  { out, err, words: allWords }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
  setExitCode: (code: number) => void,
): void {
  const words = allWords.reencode;
  program
    .command('reencode')
    .description(words.description)
    .argument('<collection>', words.collection)
    .argument('<model>', words.model)
    .option('--hide-unreadable', words.hideUnreadable)
    .option('--json', allWords.load.json)
    .action((collection: string, model: string, { hideUnreadable = false, json }: ReencodeFlags) =>
      withBackend(async (backend) => {
        const request = { collection, model, hideUnreadable };
        const progress = new Progress(err, allWords.progress);
        const job = await runJob((signal) => backend.reencode(request, signal), progress);
        const failures = job.failed > 0 ? await backend.failures(job.id, 20) : [];
        if (json) out(JSON.stringify({ ...job, failures }, null, 2));
        else {
          out(words.ended(job, collection, model));
          for (const failure of failures) out(`  ${allWords.failure(failure)}`);
          if (job.failed > failures.length) out(`  ${allWords.andMore(job.failed - failures.length)}`);
          if (job.error) out(`  ${allWords.loadError(job.error)}`);
        }
        setExitCode(exitCodeOf(job));
      }),
    );

  program
    .command('spaces')
    .description(words.spaces)
    .argument('<collection>')
    .option('--drop <model>', words.drop)
    .option('--json', allWords.asJson)
    .action((collection: string, { drop, json }: SpacesFlags) =>
      withBackend(async (backend) => {
        if (drop !== undefined) await backend.dropSpace(collection, drop);
        const spaces = await backend.spaces(collection);
        if (json) out(JSON.stringify(spaces, null, 2));
        else for (const space of spaces) out(words.space(space));
      }),
    );
}

interface ReencodeFlags {
  readonly hideUnreadable?: boolean;
  readonly json?: true;
}

interface SpacesFlags {
  readonly drop?: string;
  readonly json?: true;
}

function exitCodeOf({ status, error }: JobView): number {
  if (status === 'SUCCEEDED') return 0;
  return status === 'FAILED' && error?.code !== 'IMAGES_HIDDEN' && error?.code !== 'ALL_FAILED' ? 3 : 1;
}
