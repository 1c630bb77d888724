import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '@wentu/data-folder';
import type { TextEncoder } from '@wentu/domain';
import { dot } from '@wentu/search';
import { z } from 'zod';

/** Sample pictures with short captions. No caption fits the picture of another pair. */
const PAIRS: readonly (readonly [picture: string, text: string])[] = [
  ['animals/dog-face.png', '小狗'],
  ['animals/elephant.png', '大象'],
  ['animals/penguin.png', '企鹅'],
  ['animals/butterfly.png', '蝴蝶'],
  ['animals/octopus.png', '章鱼'],
  ['animals/giraffe.png', '长颈鹿'],
  ['food/red-apple.png', '红苹果'],
  ['food/birthday-cake.png', '生日蛋糕'],
  ['food/pizza.png', '披萨'],
  ['food/french-fries.png', '薯条'],
  ['food/grapes.png', '葡萄'],
  ['music/guitar.png', '吉他'],
  ['music/drum.png', '一面鼓'],
  ['people/santa-claus.png', '圣诞老人'],
  ['people/police-officer.png', '警察'],
  ['places/castle.png', '城堡'],
  ['places/beach-with-umbrella.png', '沙滩上的遮阳伞'],
  ['places/ferris-wheel.png', '摩天轮'],
  ['plants/sunflower.png', '向日葵'],
  ['plants/cactus.png', '仙人掌'],
  ['plants/christmas-tree.png', '圣诞树'],
  ['sports/basketball.png', '篮球'],
  ['sports/trophy.png', '奖杯'],
  ['things/alarm-clock.png', '闹钟'],
  ['things/glasses.png', '眼镜'],
  ['things/scissors.png', '剪刀'],
  ['weather/umbrella-with-rain-drops.png', '雨伞'],
  ['vehicles/airplane.png', '飞机'],
  ['vehicles/bicycle.png', '自行车'],
  ['vehicles/fire-engine.png', '消防车'],
  ['weather/rainbow.png', '彩虹'],
  ['weather/snowman.png', '雪人'],
  ['photos/photo-astronaut.jpg', '一位穿宇航服的女宇航员'],
  ['photos/photo-cat.jpg', '一只猫的特写照片'],
  ['photos/photo-coffee.jpg', '桌上的一杯咖啡'],
  ['photos/photo-rocket.jpg', '火箭发射'],
];
/**
 * The number of further sample pictures that match no caption. The more pictures there are, the higher the best wrong
 * similarity becomes.
 */
const OTHERS = 84;
/** A match below the floor costs this much more than a wrong picture above it. */
const MISS_COSTS = 4;
const floors = z.record(z.string(), z.number());

export interface FloorTools {
  /** The folder of the sample pictures. */
  readonly samples: string;
  /** Measured values are stored in this folder. */
  readonly dataDir: string;
  readonly encoder: TextEncoder;
  readonly encodePicture: (bytes: Uint8Array) => Promise<Float32Array>;
}

/**
 * The cosine below which a picture probably does not match a text. Each model has its own range, so it is measured on
 * the shipped pictures, once for a model.
 * @returns null when the pictures do not exist
 */
export async function similarityFloor({
  samples,
  dataDir,
  encoder,
  encodePicture,
}: FloorTools): Promise<number | null> {
  if (!existsSync(samples)) return null;
  const file = join(dataDir, 'similarity-floors.json');
  const key = `${encoder.model.space} ${encoder.model.preprocessing}`;
  const known = await readFloors(file);
  if (known[key] !== undefined) return known[key];
  const pictures = [...PAIRS.map(([picture]) => picture), ...(await others(samples))];
  const vectors: Float32Array[] = [];
  for (const picture of pictures) vectors.push(await encodePicture(await readFile(join(samples, picture))));
  const texts = await encoder.encodeTexts(PAIRS.map(([, text]) => text));
  const floor = separate(
    texts.map((text, i) => ({
      own: dot(text, vectors[i] as Float32Array),
      // Pictures in the same folder may match the caption too.
      others: vectors
        .filter((_, j) => dirname(pictures[j] as string) !== dirname(pictures[i] as string))
        .map((vector) => dot(text, vector)),
    })),
  );
  await replaceFile(file, JSON.stringify({ ...known, [key]: floor }));
  return floor;
}

/**
 * The value that best separates each text's own picture from the most similar picture of another text.
 * @param texts the similarities of each text
 */
export function separate(texts: readonly { readonly own: number; readonly others: readonly number[] }[]): number {
  const own = texts.map((text) => text.own);
  const others = texts.map((text) => Math.max(...text.others));
  const values = [...own, ...others].sort((a, b) => a - b);
  const cost = (floor: number): number =>
    MISS_COSTS * own.filter((value) => value < floor).length + others.filter((value) => value >= floor).length;
  const between = values.slice(1).map((value, i) => ((values[i] as number) + value) / 2);
  return between.reduce((best, floor) => (cost(floor) < cost(best) ? floor : best), values[0] as number);
}

/** Picks further pictures, spread over the folders, that are not in a pair. */
async function others(samples: string): Promise<string[]> {
  const paired = new Set(PAIRS.map(([picture]) => picture));
  const all = (await readdir(samples, { recursive: true }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(png|jpg)$/.test(path) && !paired.has(path))
    .sort();
  return Array.from(
    { length: Math.min(OTHERS, all.length) },
    (_, i) => all[Math.floor((i * all.length) / OTHERS)] as string,
  );
}

async function readFloors(file: string): Promise<Record<string, number>> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    return floors.parse(JSON.parse(text));
  } catch {
    // An unreadable file only means that the floor is measured again.
    return {};
  }
}
