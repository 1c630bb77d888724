import { findExamples, keepExamples, keptFor, parseKept, SCENES } from './example-texts';

const always = (): boolean => true;
const collection = { id: 'Collection:1', model: 'wentu-mini', imageCount: 100 };

test('gives the first eight texts that pictures show, and tries no more', async () => {
  const tried: string[] = [];
  const found = await findExamples((text) => Promise.resolve(tried.push(text) % 2 === 0), always);
  expect(found).toEqual(SCENES.filter((_scene, index) => index % 2 === 1).slice(0, 8));
  expect(tried).toHaveLength(16);
});

test('tries all texts when few fit, and says each time what there is', async () => {
  const steps: number[] = [];
  const found = await findExamples(
    (text) => Promise.resolve(text === '星空'),
    (texts) => steps.push(texts.length) > 0,
  );
  expect(found).toEqual(['星空']);
  expect(steps).toHaveLength(SCENES.length);
});

test('says nothing before the model is measured, or when the page was left', async () => {
  expect(await findExamples(() => Promise.resolve(null), always)).toBeNull();
  expect(
    await findExamples(
      () => Promise.resolve(true),
      () => false,
    ),
  ).toBeNull();
});

test('keeps what was found until the model or many pictures change', () => {
  const kept = keepExamples([], { ...collection, texts: ['海边'] });
  expect(keptFor(kept, { ...collection, imageCount: 119 })).toEqual(['海边']);
  expect(keptFor(kept, { ...collection, imageCount: 121 })).toBeNull();
  expect(keptFor(kept, { ...collection, imageCount: 79 })).toBeNull();
  expect(keptFor(kept, { ...collection, model: 'other' })).toBeNull();
  expect(keptFor(kept, { ...collection, id: 'Collection:2' })).toBeNull();
});

test('keeps the newest of a collection, and twenty collections', () => {
  let kept = parseKept(null);
  for (let n = 0; n < 30; n += 1) kept = keepExamples(kept, { ...collection, id: `Collection:${n}`, texts: [] });
  kept = keepExamples(kept, { ...collection, id: 'Collection:29', texts: ['雪山'] });
  expect(kept).toHaveLength(20);
  expect(kept[0]?.texts).toEqual(['雪山']);
  expect(parseKept(JSON.stringify(kept))).toEqual(kept);
});

test.each(['', '{', '{}', '[1,null]', '[{"id":1}]', '[{"id":"a","model":"b","imageCount":1,"texts":[1]}]'])(
  'a stored value that is invalid is ignored: %s',
  (stored) => {
    expect(parseKept(stored)).toEqual([]);
  },
);
