import type { WordLine } from '@wentu/domain';
import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** `wentu words FILE…` */
export function addWordsCommand(
  program: Command,
  { env, out, err, words }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('words')
    .description(words.readWords.description)
    .argument('<files...>', words.readWords.files)
    .option('--models <folder>', words.readWords.models)
    .option('--json', words.readWords.json)
    .action(async (files: string[], { models, json }: { models?: string; json?: true }) => {
      // Loading ONNX Runtime takes time, so other commands start without it.
      const { parseConfig } = await import('@wentu/composition/config');
      const { readWords } = await import('@wentu/offline/read-words');
      const pictures: object[] = [];
      for await (const picture of readWords(parseConfig(env), files, models)) {
        if ('error' in picture) {
          const { code, message } = picture.error;
          err.write(`${words.failure({ item: picture.path, code, message })}\n`);
          setExitCode(1);
          continue;
        }
        const { path, lines } = picture;
        if (json) pictures.push({ file: path, lines: lines.map(asJson) });
        // As grep does: with several files, each line begins with the name of its file.
        else for (const { text } of lines) out(files.length > 1 ? `${path}\t${text}` : text);
        if (!json && lines.length === 0) err.write(`${words.readWords.none(path)}\n`);
      }
      if (json) out(JSON.stringify(pictures, null, 2));
    });
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

function asJson({ text, confidence, box }: WordLine): object {
  return { text, confidence: rounded(confidence), box: box.map(({ x, y }) => [rounded(x), rounded(y)]) };
}
