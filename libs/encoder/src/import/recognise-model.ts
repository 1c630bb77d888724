import { InvalidInputError } from '@wentu/domain';
import { MANIFEST } from '../manifest';
import { recogniseCnClipLayout } from './cn-clip-layout';
import { HUB_GRAPHS, recogniseHubLayout } from './hub-layout';
import { recogniseImmichLayout } from './immich-layout';
import { isNotice, type RecognisedModel, type RecogniseLayout, type ModelListing } from './layout';
import { recogniseSiglipLayout } from './siglip-layout';
import { recogniseWentuLayout } from './wentu-layout';

const LAYOUTS: readonly RecogniseLayout[] = [
  recogniseWentuLayout,
  recogniseCnClipLayout,
  recogniseImmichLayout,
  recogniseSiglipLayout,
  recogniseHubLayout,
];

/** Layouts that are known, but that no importer reads: a file that shows the layout, and its name. */
const UNSUPPORTED = [
  {
    file: /^onnx\/(text|vision)_model\w*\.onnx$/,
    layout: 'the layout of transformers.js with one graph for each tower and no config.json of SigLIP',
  },
] as const;
const MAX_SHOWN_FILES = 10;

/**
 * Recognises the layout of a model by the names of its files and by its small files. A model on a hub can so be refused
 * before it is downloaded.
 *
 * @param precision the precision to import; undefined: the first that the model has
 * @throws InvalidInputError that says why the model cannot be imported
 */
export async function recogniseModel(listing: ModelListing, precision?: string): Promise<RecognisedModel> {
  for (const recognise of LAYOUTS) {
    const found = await recognise(listing, precision);
    if (found) return { ...found, files: [...found.files, ...listing.files.filter(isNotice)] };
  }
  throw new InvalidInputError(whyUnknown(listing));
}

function whyUnknown({ name, files }: ModelListing): string {
  const other = UNSUPPORTED.find(({ file }) => files.some((path) => file.test(path)));
  if (other) return `${name} has ${other.layout}; Wentu knows this layout but does not support it yet`;
  const torch = files.find((path) => /\.(safetensors|pt|pth|bin)$/.test(path));
  const shown = [...files].sort().slice(0, MAX_SHOWN_FILES).join(', ') || 'nothing';
  return (
    `${name} contains no model of a known layout: neither ${MANIFEST}, nor NAME.img.fp32.onnx and NAME.txt.fp32.onnx as cn_clip exports them, ` +
    `nor visual/model.onnx and textual/model.onnx as Immich has them, ` +
    `nor ${HUB_GRAPHS[0]} as on the hub; it contains ${shown}${files.length > MAX_SHOWN_FILES ? ', …' : ''}` +
    (torch === undefined
      ? ''
      : `. ${torch} contains weights for PyTorch; tools/export-chinese-clip converts those of Chinese-CLIP`)
  );
}
