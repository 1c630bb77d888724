import type { ModelInfo, TextEncoder } from '@wentu/domain';
import { rankTexts } from './rank-texts';

const MODEL: ModelInfo = {
  ...{ name: 'm', space: 's', dimension: 2, imageSize: 1, contextLength: 52 },
  ...{ logitScale: Math.log(10), preprocessing: 'p' },
};
const PICTURE = Float32Array.of(1, 0);

function encoderOf(model: ModelInfo): TextEncoder {
  return {
    model,
    encodeTexts: async (texts) => texts.map((text) => (text === '是' ? PICTURE : Float32Array.of(0, 1))),
  };
}

test('a model with a bias judges each text alone', async () => {
  const ranked = await rankTexts(['是', '不', '不'], PICTURE, encoderOf({ ...MODEL, logitBias: -5 }));
  expect(ranked.map(({ probability }) => probability.toFixed(6))).toEqual(['0.993307', '0.006693', '0.006693']);
});

test('a model whose files do not give its scale ranks no texts, and says why', async () => {
  await expect(rankTexts(['是'], PICTURE, encoderOf({ ...MODEL, logitScale: null }))).rejects.toThrow(
    'the files of the model m do not say how its cosines become probabilities',
  );
});
