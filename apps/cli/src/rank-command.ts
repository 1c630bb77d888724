import type { Command } from 'commander';
import type { Terminal } from './terminal';
import { understandingNotes } from './understanding-notes';

/** `wentu rank IMAGE TEXT…` */
export function addRankCommand(
  program: Command,
  { env, out, err, words: { rank: words, understanding: notes } }: Terminal,
): void {
  program
    .command('rank')
    .description(words.description)
    .argument('<image>', words.image)
    .argument('<texts...>', words.texts)
    .option('--json', words.json)
    .action(async (image: string, texts: string[], { json }: { json?: true }) => {
      // Loading the encoders takes time, so other commands start without them.
      const { parseConfig } = await import('@wentu/composition/config');
      const { rankPicture } = await import('@wentu/offline/rank-picture');
      const explained = await rankPicture(parseConfig(env), image, texts);
      for (const { text, understanding } of explained)
        for (const note of understandingNotes(understanding, text, notes)) err.write(`${note}\n`);
      const ranked = explained.map(({ text, probability, similarity }) => ({ text, probability, similarity }));
      if (json) return out(JSON.stringify(ranked, null, 2));
      ranked.sort((a, b) => b.probability - a.probability);
      for (const { text, probability, similarity } of ranked)
        out(`${(probability * 100).toFixed(2).padStart(6)} %  ${similarity.toFixed(4)}  ${text}`);
    });
}
