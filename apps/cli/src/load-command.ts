import { resolve } from 'node:path';
import { WentuError } from '@wentu/domain';
import { Option, type Command } from 'commander';
import type { Backend, JobView, LoadRequest } from './backend';
import { Progress } from './progress';
import { runJob } from './run-job';
import type { Terminal } from './terminal';

/** `wentu load`. Exit codes: 0 loaded, 1 some or all items failed, 3 the whole load failed. */
export function addLoadCommand(
  program: Command,
  { out, err, words }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
  setExitCode: (code: number) => void,
): void {
  program
    .command('load')
    .description(words.load.description)
    .argument('<dir>')
    .option('-c, --collection <name>', words.load.collection, 'default')
    .addOption(new Option('--id <from>', words.load.id).choices(['path', 'stem']).default('path'))
    .option('--split <name>', words.load.split)
    .option('--features-model <name>', words.load.featuresModel)
    .option('--copy', words.load.copy)
    .addOption(new Option('--missing <what>', words.load.missing).choices(['ask', 'keep', 'remove']).default('ask'))
    .option('--json', words.load.json)
    .action((dir: string, options: LoadFlags) =>
      withBackend(async (backend) => {
        const request = toRequest(dir, options);
        const progress = new Progress(err, words.progress);
        const ended = await runJob((signal) => backend.load(request, signal), progress).catch(
          async (error: unknown) => {
            // The folder does not exist any more, and the flag says what to do with its images.
            const count = isNotFound(error) ? await resolveMissing(backend, request, options.missing) : 0;
            if (count === 0) throw error;
            out(words.load.missingResolved(count));
            return null;
          },
        );
        if (!ended) return;
        const job = await applyMissing(backend, request, ended, options.missing);
        const failures = job.failed > 0 ? await backend.failures(job.id, 20) : [];
        if (options.json) out(JSON.stringify({ ...job, failures }, null, 2));
        else {
          out(words.load.ended(job));
          if (Object.values(job.ignored).some((count) => count > 0)) out(`  ${words.load.ignored(job.ignored)}`);
          if (job.keptOut > 0) out(`  ${words.load.keptOut(job.keptOut)}`);
          if (job.unreadFolders > 0) out(`  ${words.load.isUnread(job.unreadFolders)}`);
          if (job.missing > 0) out(`  ${words.load.isMissing(job.missing)}`);
          for (const failure of failures) out(`  ${words.failure(failure)}`);
          if (job.failed > failures.length) out(`  ${words.andMore(job.failed - failures.length)}`);
          if (job.error) out(`  ${words.loadError(job.error)}`);
        }
        setExitCode(exitCodeOf(job));
      }),
    );
}

interface LoadFlags {
  readonly collection: string;
  readonly id: 'path' | 'stem';
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copy?: true;
  readonly missing: 'ask' | 'keep' | 'remove';
  readonly json?: true;
}

function toRequest(dir: string, { collection, id, split, featuresModel, copy }: LoadFlags): LoadRequest {
  return {
    directory: resolve(dir),
    collection,
    idFrom: id,
    ...(split === undefined ? {} : { split }),
    ...(featuresModel === undefined ? {} : { featuresModel }),
    ...(copy === undefined ? {} : { copyImages: copy }),
  };
}

/** Keeps or removes missing images, as the flag says. */
async function applyMissing(
  backend: Backend,
  request: LoadRequest,
  job: JobView,
  missing: LoadFlags['missing'],
): Promise<JobView> {
  if (job.missing === 0 || missing === 'ask') return job;
  const count = await resolveMissing(backend, request, missing);
  // Images in folders that could not be read may still have their files, so they stay missing.
  const left = Math.max(0, job.missing - count);
  return { ...job, missing: left, removed: job.removed + (missing === 'remove' ? count : 0) };
}

/** @returns the number of images; 0 when the flag is `ask` */
async function resolveMissing(
  backend: Backend,
  { collection, directory }: LoadRequest,
  missing: LoadFlags['missing'],
): Promise<number> {
  if (missing === 'ask') return 0;
  return await backend.resolveMissing(collection, directory, missing === 'keep' ? 'KEEP' : 'REMOVE');
}

function isNotFound(error: unknown): boolean {
  return error instanceof WentuError && error.code === 'NOT_FOUND';
}

function exitCodeOf({ status, error }: JobView): number {
  if (status === 'SUCCEEDED') return 0;
  return status === 'FAILED' && error?.code !== 'ALL_FAILED' ? 3 : 1;
}
