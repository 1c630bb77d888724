import type { Command } from 'commander';

/** `wentu rank IMAGE TEXT…` */
export function addRankCommand(program: Command, env: NodeJS.ProcessEnv, out: (text: string) => void): void {
  program
    .command('rank')
    .description(
      'say how probable each text is for a picture file (zero-shot), against the others given; by the model in use',
    )
    .argument('<image>', 'a picture file')
    .argument('<texts...>', 'such as 杰尼龟 妙蛙种子 小火龙 皮卡丘')
    .option('--json', 'as JSON, in the order of the texts')
    .action(async (image: string, texts: string[], { json }: { json?: true }) => {
      // The encoders take a while to load: other commands start without them.
      const { parseConfig, rankPicture } = await import('@wentu/composition');
      const ranked = await rankPicture(parseConfig(env), image, texts);
      if (json) return out(JSON.stringify(ranked, null, 2));
      ranked.sort((a, b) => b.probability - a.probability);
      for (const { text, probability, similarity } of ranked)
        out(`${(probability * 100).toFixed(2).padStart(6)} %  ${similarity.toFixed(4)}  ${text}`);
    });
}
