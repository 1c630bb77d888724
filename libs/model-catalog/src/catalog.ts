import type { PublishedRecalls } from '@wentu/domain';

/** A model that `wentu model add NAME` can install, or explains how to get. */
export interface CatalogModel {
  readonly name: string;
  readonly title: { readonly zh: string; readonly en: string };
  /** ISO 639 codes of the languages of texts; `mul`: many languages. */
  readonly languages: readonly string[];
  /** Repository of the model hub; null: no ONNX export is published, the user must export the model. */
  readonly repository: string | null;
  /** The layout of the files in the repository. */
  readonly layout: 'transformers' | 'immich';
  readonly dimension: number;
  /** Approximate count; each has 4 bytes in fp32, 2 in fp16, 1 in int8. */
  readonly parameters: number;
  /**
   * With fewer cores a CPU encodes fewer than about four pictures a second: 2 cores encode 4.4 with ViT-B/16, and
   * the others need 4.6 and 11 times as many operations for a picture.
   */
  readonly minCores: number;
  /** The licence of the weights. */
  readonly license: string;
  /** Zero-shot, text to image, of the original checkpoint; null: no figure of this size is published. */
  readonly recall: PublishedRecalls | null;
  /** The page that publishes `recall`. */
  readonly recallSource: string | null;
}

export const DEFAULT_HUB = 'https://huggingface.co';

const CHINESE_CLIP = {
  languages: ['zh'],
  layout: 'transformers',
  // Of the project: code and checkpoints.
  license: 'MIT',
  recallSource: 'https://github.com/OFA-Sys/Chinese-CLIP/blob/master/Results.md',
} as const;
const IMMICH = { languages: ['mul'], layout: 'immich' } as const;
const OPEN_CLIP =
  'https://github.com/mlfoundations/open_clip/blob/main/docs/openclip_multilingual_retrieval_results.csv';

/** The five official sizes of Chinese-CLIP, then models for many languages. */
export const catalog: readonly CatalogModel[] = [
  {
    ...CHINESE_CLIP,
    name: 'cn-clip-rn50',
    title: { zh: 'Chinese-CLIP，RN50', en: 'Chinese-CLIP, RN50' },
    repository: null,
    dimension: 1_024,
    parameters: 77e6,
    minCores: 1,
    recall: { flickr30kCn: [48.8, 76.0, 84.6], cocoCn: [48.1, 81.3, 90.5], muge: [42.6, 68.6, 77.9] },
  },
  {
    ...CHINESE_CLIP,
    name: 'cn-clip-vit-b-16',
    title: { zh: 'Chinese-CLIP，ViT-B/16', en: 'Chinese-CLIP, ViT-B/16' },
    repository: 'Xenova/chinese-clip-vit-base-patch16',
    dimension: 512,
    parameters: 188e6,
    minCores: 1,
    recall: { flickr30kCn: [62.7, 86.9, 92.8], cocoCn: [62.2, 86.6, 94.9], muge: [52.1, 76.7, 84.4] },
  },
  {
    ...CHINESE_CLIP,
    name: 'cn-clip-vit-l-14',
    title: { zh: 'Chinese-CLIP，ViT-L/14', en: 'Chinese-CLIP, ViT-L/14' },
    repository: 'Xenova/chinese-clip-vit-large-patch14',
    dimension: 768,
    parameters: 406e6,
    minCores: 8,
    recall: { flickr30kCn: [68.0, 89.7, 94.4], cocoCn: [64.0, 89.2, 94.4], muge: [56.3, 79.8, 86.2] },
  },
  {
    ...CHINESE_CLIP,
    name: 'cn-clip-vit-l-14-336',
    title: { zh: 'Chinese-CLIP，ViT-L/14，336 像素', en: 'Chinese-CLIP, ViT-L/14, 336 pixels' },
    repository: 'Xenova/chinese-clip-vit-large-patch14-336px',
    dimension: 768,
    parameters: 407e6,
    minCores: 20,
    recall: { flickr30kCn: [69.0, 90.7, 95.4], cocoCn: [64.7, 89.6, 94.6], muge: [59.0, 81.4, 87.8] },
  },
  {
    ...CHINESE_CLIP,
    name: 'cn-clip-vit-h-14',
    title: { zh: 'Chinese-CLIP，ViT-H/14', en: 'Chinese-CLIP, ViT-H/14' },
    repository: null,
    dimension: 1_024,
    parameters: 958e6,
    minCores: 20,
    recall: { flickr30kCn: [71.2, 91.4, 95.5], cocoCn: [69.2, 89.9, 96.1], muge: [63.0, 84.1, 89.2] },
  },
  {
    ...IMMICH,
    name: 'xlm-roberta-base-vit-b-32',
    title: { zh: 'CLIP，XLM-RoBERTa base 与 ViT-B/32', en: 'CLIP, XLM-RoBERTa base and ViT-B/32' },
    repository: 'immich-app/XLM-Roberta-Base-ViT-B-32__laion5b_s13b_b90k',
    dimension: 512,
    parameters: 366e6,
    minCores: 1,
    license: 'MIT',
    recall: { xm3600Zh: [53.7, 77.7, 86.1] },
    recallSource: OPEN_CLIP,
  },
  {
    ...IMMICH,
    name: 'xlm-roberta-large-vit-h-14',
    title: { zh: 'CLIP，XLM-RoBERTa large 与 ViT-H/14', en: 'CLIP, XLM-RoBERTa large and ViT-H/14' },
    repository: 'immich-app/XLM-Roberta-Large-ViT-H-14__frozen_laion5b_s13b_b90k',
    dimension: 1_024,
    parameters: 1_193e6,
    minCores: 20,
    license: 'MIT',
    recall: { xm3600Zh: [59.1, 83.2, 89.3] },
    recallSource: OPEN_CLIP,
  },
  {
    ...IMMICH,
    name: 'nllb-clip-base-siglip',
    title: { zh: 'NLLB-CLIP base（SigLIP）', en: 'NLLB-CLIP base (SigLIP)' },
    repository: 'immich-app/nllb-clip-base-siglip__mrl',
    dimension: 768,
    parameters: 507e6,
    minCores: 4,
    license: 'CC-BY-NC-4.0',
    recall: { xm3600Zh: [53.5, 79.2, 85.9] },
    recallSource: OPEN_CLIP,
  },
  {
    ...IMMICH,
    name: 'siglip2-vit-b-16',
    title: { zh: 'SigLIP 2，ViT-B/16', en: 'SigLIP 2, ViT-B/16' },
    repository: 'immich-app/ViT-B-16-SigLIP2__webli',
    dimension: 768,
    parameters: 375e6,
    minCores: 1,
    license: 'Apache-2.0',
    recall: null,
    recallSource: null,
  },
  {
    ...IMMICH,
    name: 'fg-clip2-base',
    title: { zh: 'FG-CLIP 2 base（个人转换）', en: 'FG-CLIP 2 base (export of a user)' },
    languages: ['zh', 'en'],
    repository: 'pigzhou/fg-clip2-base-immich',
    dimension: 768,
    parameters: 4e8,
    minCores: 12,
    license: 'Apache-2.0',
    recall: null,
    recallSource: null,
  },
];

/** Finds a model by its name or by the name of its repository. */
export function findInCatalog(name: string): CatalogModel | null {
  return catalog.find((model) => model.name === name || model.repository === name) ?? null;
}
