// The options of run.mjs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const OFFICIAL = 'ViT-B-16,RN50,ViT-L-14';
const SMALL = 'small-vit,small-resnet';
/** The most of WENTU_BATCH_SIZE. */
const MAX_BATCH = 256;

/** Ends the process with 2 when an option is wrong. */
export function parseOptions(args) {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`run.mjs: ${error.message}`);
    process.exit(2);
  }
}

/** @throws Error that names the option and what it takes */
export function readOptions(args) {
  const text = (value) => ({ type: 'string', ...(value === undefined ? {} : { default: value }) });
  const { values } = parseArgs({
    args,
    options: {
      ...{ provider: text('cuda'), seeded: text(), python: text('python3'), models: text() },
      model: { type: 'string', multiple: true, default: [] },
      ...{ batches: text('1,8,64,256'), pictures: text('2000'), minutes: text('10'), seconds: text('0.5') },
      out: text('gpu-results'),
    },
  });
  const device = values.provider;
  if (!/^(cpu|cuda(:\d+)?)$/.test(device)) throw new Error(`--provider is ${device}; give cuda, cuda:N or cpu`);
  for (const folder of values.model)
    if (!existsSync(join(folder, 'wentu-model.json')))
      throw new Error(`--model is ${folder}, which has no wentu-model.json; give the folder of an installed model`);
  const seeded = values.seeded ?? (values.model.length > 0 ? '' : device === 'cpu' ? SMALL : OFFICIAL);
  const batches = values.batches.split(',').map(Number);
  if (!batches.every((batch) => Number.isInteger(batch) && batch >= 1 && batch <= MAX_BATCH))
    throw new Error(`--batches is ${values.batches}; give whole numbers from 1 to ${MAX_BATCH}, with commas`);
  return {
    ...{ device, python: values.python, models: values.model, seededFolder: values.models, out: values.out },
    seeded: seeded.split(',').filter(Boolean),
    batches: [...new Set(batches)].sort((a, b) => a - b),
    pictures: numberOf('pictures', values.pictures, 0),
    minutes: numberOf('minutes', values.minutes, 0.1),
    seconds: numberOf('seconds', values.seconds, 0),
  };
}

function numberOf(name, value, least) {
  const number = Number(value);
  if (Number.isFinite(number) && number >= least) return number;
  throw new Error(`--${name} is ${value}; give a number of at least ${least}`);
}
