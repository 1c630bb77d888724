/** Recall in percent: the share of texts whose picture is among the first 1, 5 and 10 results. */
export type PublishedRecall = readonly [at1: number, at5: number, at10: number];

/** A model that `wentu model add NAME` can install, or explains how to get. */
export interface CatalogModel {
  readonly name: string;
  /**
   * Repository of the model hub, in the transformers layout; null: no ONNX export is published, the user must export
   * the model.
   */
  readonly repository: string | null;
  readonly dimension: number;
  /** Approximate count; each has 4 bytes in fp32, 2 in fp16, 1 in int8. */
  readonly parameters: number;
  /** The licence of the Chinese-CLIP project: code and checkpoints. */
  readonly license: string;
  /** Zero-shot, text to image, of the original checkpoint; from {@link RECALL_SOURCE}. */
  readonly recall: {
    readonly flickr30kCn: PublishedRecall;
    readonly cocoCn: PublishedRecall;
    readonly muge: PublishedRecall;
  };
}

/** The page that publishes the recall of the models. */
export const RECALL_SOURCE = 'https://github.com/OFA-Sys/Chinese-CLIP/blob/master/Results.md';

export const DEFAULT_HUB = 'https://huggingface.co';

/** The five official sizes of Chinese-CLIP. */
export const catalog: readonly CatalogModel[] = [
  {
    name: 'cn-clip-rn50',
    repository: null,
    dimension: 1_024,
    parameters: 77e6,
    license: 'MIT',
    recall: { flickr30kCn: [48.8, 76.0, 84.6], cocoCn: [48.1, 81.3, 90.5], muge: [42.6, 68.6, 77.9] },
  },
  {
    name: 'cn-clip-vit-b-16',
    repository: 'Xenova/chinese-clip-vit-base-patch16',
    dimension: 512,
    parameters: 188e6,
    license: 'MIT',
    recall: { flickr30kCn: [62.7, 86.9, 92.8], cocoCn: [62.2, 86.6, 94.9], muge: [52.1, 76.7, 84.4] },
  },
  {
    name: 'cn-clip-vit-l-14',
    repository: 'Xenova/chinese-clip-vit-large-patch14',
    dimension: 768,
    parameters: 406e6,
    license: 'MIT',
    recall: { flickr30kCn: [68.0, 89.7, 94.4], cocoCn: [64.0, 89.2, 94.4], muge: [56.3, 79.8, 86.2] },
  },
  {
    name: 'cn-clip-vit-l-14-336',
    repository: 'Xenova/chinese-clip-vit-large-patch14-336px',
    dimension: 768,
    parameters: 407e6,
    license: 'MIT',
    recall: { flickr30kCn: [69.0, 90.7, 95.4], cocoCn: [64.7, 89.6, 94.6], muge: [59.0, 81.4, 87.8] },
  },
  {
    name: 'cn-clip-vit-h-14',
    repository: null,
    dimension: 1_024,
    parameters: 958e6,
    license: 'MIT',
    recall: { flickr30kCn: [71.2, 91.4, 95.5], cocoCn: [69.2, 89.9, 96.1], muge: [63.0, 84.1, 89.2] },
  },
];

/** Finds a model by its name or by the name of its repository. */
export function findInCatalog(name: string): CatalogModel | null {
  return catalog.find((model) => model.name === name || model.repository === name) ?? null;
}
