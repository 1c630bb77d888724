/** Scenes that many people have pictures of. They are Chinese in every language, because the models read Chinese. */
export const SCENES: readonly string[] = [
  ...['海边', '日落', '小猫', '小狗', '生日蛋糕', '孩子在笑', '一家人的合影', '雪山', '城市的夜景', '鲜花', '一桌菜'],
  ...['雨天', '下雪', '湖水', '森林', '汽车', '自行车', '火车', '飞机', '烟花', '婚礼', '咖啡', '水果', '面包', '寺庙'],
  ...[
    '大桥',
    '帐篷',
    '足球',
    '打篮球',
    '游泳',
    '弹吉他',
    '看书',
    '手机截图',
    '一只鸟',
    '马',
    '鱼',
    '星空',
    '红色的衣服',
  ],
];

/** The number of examples that are shown. */
const WANTED = 8;

/** What was found for a collection, until its model or many of its pictures change. */
export interface KeptExamples {
  /** The id of the collection. */
  readonly id: string;
  readonly model: string;
  readonly imageCount: number;
  readonly texts: readonly string[];
}

type Searched = Omit<KeptExamples, 'texts'>;

/**
 * Finds the texts that pictures show.
 * @param fits whether pictures show the text; null: the model was not measured yet
 * @param onFound called with all texts so far after each one; false ends the search
 * @returns null when the search was ended, or when nothing can be said
 */
export async function findExamples(
  fits: (text: string) => Promise<boolean | null>,
  onFound: (texts: readonly string[]) => boolean,
): Promise<readonly string[] | null> {
  const found: string[] = [];
  for (const text of SCENES) {
    const answer = await fits(text);
    if (answer === null) return null;
    if (answer) found.push(text);
    if (!onFound([...found])) return null;
    if (found.length === WANTED) break;
  }
  return found;
}

const MOST_KEPT = 20;
/** A collection with more new pictures than this share is tried again. */
const CHANGE = 0.2;

/** @returns null when there are none, or when the collection has changed too much */
export function keptFor(kept: readonly KeptExamples[], { id, model, imageCount }: Searched): readonly string[] | null {
  const found = kept.find((each) => each.id === id && each.model === model);
  if (!found || Math.abs(found.imageCount - imageCount) > CHANGE * found.imageCount) return null;
  return found.texts;
}

/** The list with a new entry first, within its limit. */
export function keepExamples(kept: readonly KeptExamples[], entry: KeptExamples): readonly KeptExamples[] {
  return [entry, ...kept.filter(({ id }) => id !== entry.id)].slice(0, MOST_KEPT);
}

/** @param stored the stored value of an earlier visit, which may be invalid */
export function parseKept(stored: string | null): readonly KeptExamples[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(value) ? value.filter(isKept).slice(0, MOST_KEPT) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptExamples {
  const { id, model, imageCount, texts } = Object(value) as Record<string, unknown>;
  const isHead = typeof id === 'string' && typeof model === 'string' && typeof imageCount === 'number';
  return isHead && Array.isArray(texts) && texts.length <= WANTED && texts.every((text) => typeof text === 'string');
}
