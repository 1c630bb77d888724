import type { DatasetReport } from '@wentu/offline/check-dataset';
import type { IgnoredFiles, LoadFailure } from '@wentu/domain';
import { WentuError } from '@wentu/domain';
import type { JobView, RepairView } from '../backend';
import type { CommanderWords } from './commander-words';

const number = (value: number): string => value.toLocaleString('en');

/** Every text of the command line. JSON, and the columns of search and rank, contain no texts. */
export const english = {
  /** null: keep commander's own texts. */
  commander: null as CommanderWords | null,
  giveWholeNumber: 'give a whole number',
  asJson: 'as JSON',
  /** A failed item in the ledger of a load and elsewhere. */
  failure: ({ item, code, message }: LoadFailure) => `${item}: ${code}: ${message}`,
  /** The error that ended a load. */
  loadError: ({ code, message }: LoadFailure) => `${code}: ${message}`,
  andMore: (count: number | string) => `… and ${count} more`,
  /** The error that ended the command; a bug with its stack. */
  error: (error: unknown) =>
    `wentu: ${error instanceof WentuError ? error.message : ((error as Error).stack ?? String(error))}`,

  program: {
    description: '文图 Wentu: search pictures with Chinese words.',
    server: 'use the server at this address instead of the data folder',
    language: 'language of the output; default: the locale (LC_ALL, LC_MESSAGES, LANG)',
    howToHelp: '(wentu --help shows the usage)',
    after: `
Examples:
  wentu load ~/Pictures --collection 家庭相册
  wentu search 海边的日落 --collection 家庭相册 --top-k 20 --save ./sunsets
  wentu search 小狗 --collection samples --json

Without --server the data folder is used (WENTU_DATA_DIR, ./data), or the server that is running on it.
Exit codes: 0 done, 1 some items failed, 2 bad usage or input, 3 a store or model is unavailable.`,
    asksNoServer: (command: string) =>
      `wentu ${command} works on files of this machine and needs no server; omit --server`,
  },
  serve: { description: 'run the server: page, GraphQL API and GraphiQL (settings come from the environment)' },
  collections: {
    description: 'list the collections',
    images: (count: number) => `${number(count)} images`,
  },
  repair: {
    description: 'repair the index from the image rows without encoding; of one collection or of all',
    done: ({ collection, upserted, removedFromIndex, removedRows }: RepairView) =>
      `${collection}: ${upserted} added to the index, ${removedFromIndex} removed from it, ${removedRows} leftover rows removed`,
  },
  drop: {
    description: 'remove a collection; the picture files stay',
    dropped: (name: string) => `dropped ${name}`,
    none: (name: string) => `wentu: there is no collection ${name}; wentu collections lists all collections`,
  },
  load: {
    description: 'load a folder of pictures, a {split}_imgs.tsv, its features, or an LMDB folder of cn_clip',
    collection: 'collection to load into; created if it does not exist',
    id: 'source of the image ids',
    split: 'which {split}_imgs files to read',
    featuresModel: 'the model that made the feature file',
    copy: 'copy the originals into the store',
    missing:
      'images whose files are missing: ask reports and keeps them, keep keeps them without asking again, remove removes them',
    json: 'print the final state as JSON',
    ended: ({ status, loaded, replaced, skipped, removed, failed }: JobView) =>
      `${status.toLowerCase()}: ${loaded} loaded${replaced > 0 ? ` (${replaced} of them new versions)` : ''}, ` +
      `${skipped} unchanged, ${removed} removed, ${failed} failed`,
    ignored: ({ notPicture, junk, excluded, link, unreadable }: IgnoredFiles) =>
      `not loaded: ${notPicture} not pictures, ${junk} left by systems and programs, ${excluded} excluded by patterns, ${link} links, ${unreadable} unreadable`,
    isMissing: (count: number) =>
      `the files of ${count} images are missing; the images stay. If a disk or share is not connected, connect it and load again. ` +
      'If the files were deleted, load with --missing remove; to keep the images, load with --missing keep',
    missingResolved: (count: number) =>
      `the folder does not exist any more: --missing was applied to ${count} of its images`,
    isUnread: (count: number) => `${count} folders could not be read completely; their images stay`,
  },
  search: {
    description: 'find the pictures nearest to a text',
    collection:
      'collection to search; default: the first collection with pictures of: default, samples, the others by name',
    topK: 'number of pictures',
    save: 'write the found pictures into this folder',
    nothing: 'nothing found: the collection is empty',
    saved: (written: number, found: number, folder: string) => `${written} of ${found} pictures written to ${folder}`,
  },
  understanding: {
    comma: ', ',
    nothing: (text: string) =>
      `"${text}" was not understood: the model knows none of its words, and the results are random; describe it in Chinese`,
    unknown: (unknown: string) => `not understood: ${unknown}; only the rest of the text was used`,
    cut: (count: number, rest: string) =>
      `only the first ${count} characters were used; the rest, "${rest}", was ignored`,
  },
  progress: {
    queued: 'waiting for another load of this collection…',
    perSecond: (images: number) => `${images.toFixed(1)} images/s`,
    failed: (count: number) => `${number(count)} failed`,
    hoursLeft: (hours: number, minutes: number) => `${hours}h${String(minutes).padStart(2, '0')}m left`,
    minutesLeft: (minutes: number, seconds: number) => `${minutes}m${String(seconds).padStart(2, '0')}s left`,
  },
  features: {
    description:
      "extract features of pictures and texts into cn_clip's files, with the model in use (WENTU_MODEL, or wentu model use); continues an interrupted run",
    images: 'a {split}_imgs.tsv, its directory, or a directory of picture files',
    texts: 'jsonl of text_id, text',
    output: 'folder for {split}_imgs.img_feat.jsonl and {split}_texts.txt_feat.jsonl',
    split: '{split} in the file names',
    batchSize: 'pictures or texts encoded at once',
    textsDone: (processed: number, total: number) => `${number(processed)}/${number(total)} texts`,
    done: (texts: number, images: number, folder: string, failed: number) =>
      `features of ${texts} texts and ${images} pictures are in ${folder}, ${failed} failed`,
  },
  importTutorial: {
    description:
      "export the pictures and vectors of the tutorial's service from MySQL and Milvus (MILVUS_ADDRESS and other settings) into a folder for wentu load, without encoding",
    table: 'table of pictures',
    milvusCollection: 'Milvus collection of their vectors',
    output: 'a new folder',
    milvusIdColumn: 'column of the Milvus id',
    imageIdColumn: 'column of the image id',
    dataColumn: 'column of the picture: bytes or base64',
    idField: 'id field of the Milvus collection',
    vectorField: 'vector field of the Milvus collection',
    progress: (images: number, skipped: number) => `${number(images)} images, ${skipped} skipped`,
    done: (images: number, dimension: number, folder: string, skipped: number) =>
      `${images} images with ${dimension}-d features are in ${folder}, ${skipped} skipped; next:`,
    next: (folder: string) =>
      `  wentu load ${folder} --collection NAME --features-model MODEL   (the model of the features)`,
  },
  knn: {
    description: 'find the exact nearest neighbours of all features of a file, as predictions for evaluate',
    imageFeats: 'jsonl of image_id, feature',
    textFeats: 'jsonl of text_id, feature',
    topK: 'number of neighbours',
    output: 'jsonl of text_id, image_ids; or image_id, text_ids',
    direction: 'direction of the search',
    progress: (queries: number, rows: number) =>
      `${number(queries)} queries done, next ones compared with ${number(rows)} rows`,
    done: (queries: number, file: string) => `results of ${number(queries)} queries are in ${file}`,
  },
  evaluate: {
    description: "compute recall@1, 5, 10 of predictions as cn_clip's evaluation does, in either direction",
    texts: 'jsonl with the right answers: text_id, image_ids; or image_id, text_ids',
    predictions: 'jsonl of wentu knn or cn_clip, 10 ids per line',
    output: "the result, in cn_clip's JSON",
    done: (direction: string, queries: number, recalls: string, mean: string) =>
      `${direction}, ${queries} queries: ${recalls}  mean recall ${mean}`,
  },
  model: {
    description: 'list, add, verify, use and remove models',
    list: 'list installed models, and models that can be installed',
    add: 'install a model: from a folder, an address, or a name of the list',
    source:
      'a folder; hf:OWNER/NAME or modelscope:OWNER/NAME, also with @REVISION; the address of a repository or of a wentu-model.json; or a name',
    name: 'name for the model',
    precision: 'precision to download from the hub',
    mirror: 'mirror of the model hub, such as https://hf-mirror.com (WENTU_MODEL_MIRROR)',
    added: (name: string, dimension: number, space: string) =>
      `added ${name} (${dimension}-d, space ${space}); use it with: wentu model use ${name}`,
    /** `from`: repository and commit; null: the server has no revisions. `size`: null when it gives no sizes. */
    plan: (from: string | null, layout: string, files: number, size: string | null) =>
      `${from === null ? '' : `${from}: `}${layout}; ${files} files, ${size ?? 'size unknown'}`,
    waiting: (seconds: number, reason: string) => `waiting ${seconds} s: ${reason}`,
    stopped: 'stopped; the downloaded part is kept, and the same command continues',
    verify: 'compare the SHA-256 of every file of a model, or of all of them',
    verified: (name: string) => `${name}: every file is intact`,
    notVerified: (name: string, { message }: WentuError) => `${name}: ${message}`,
    use: 'choose the model that runs when WENTU_MODEL is not set',
    chosen: (name: string) =>
      `${name} is the model of new collections from the next start on; other collections keep theirs`,
    overruled: (name: string) => `WENTU_MODEL is set to ${name} here and overrides this choice`,
    remove: 'remove an added model',
    removed: (name: string) => `removed ${name}`,
    orphaned: (space: string | null, collections: readonly string[]) => [
      `these collections contain embeddings of its space ${space}; they cannot be searched until a model of`,
      `that space is added again: ${collections.join(', ')}`,
    ],
    titles: ['model', 'dimension', 'size', 'licence', 'R@1'],
    dimension: (dimension: number) => `${dimension}-d`,
    about: (size: string) => `about ${size}`,
    shipped: 'shipped',
    installed: 'installed',
    /** `command`: the command that installs the model. */
    install: (command: string) => command,
    broken: (problem: string) => `broken: ${problem}`,
    legend: [
      '* runs at the next start. Sizes of models that are not installed are for fp32. R@1: zero-shot recall of text to image on',
      'Flickr30k-CN, COCO-CN and MUGE in percent, published by Chinese-CLIP for the original model (Results.md).',
    ],
  },
  rank: {
    description:
      'give the probability of each text for a picture file (zero-shot, among the given texts), with the model in use',
    image: 'a picture file',
    texts: 'such as 杰尼龟 妙蛙种子 小火龙 皮卡丘',
    json: 'as JSON, in the order of the texts',
  },
  dataset: {
    description: 'check a dataset before it is loaded',
    check: 'read all pictures, texts and features of a folder and list their problems; needs no model',
    directory: 'a folder of pictures, or one with {split}_imgs.tsv or an LMDB folder of cn_clip',
    split: 'which split to read',
    title: ({ directory, kind, split }: DatasetReport) =>
      `${directory}: ${kind}${split === null ? '' : `, split ${split}`}`,
    pictures: 'pictures',
    texts: 'texts',
    imageFeatures: 'image features',
    textFeatures: 'text features',
    good: (good: number, total: number) => `${number(good)} of ${number(total)} good`,
    features: (dimension: number | null, missing: number) => `, ${dimension ?? '?'}-d, ${number(missing)} missing`,
    nothingWrong: 'no problems',
    problems: (count: number) => `${number(count)} problems`,
    problem: (code: string, count: number) => `${code}: ${number(count)}`,
    detail: (item: string, message: string) => `${item}: ${message}`,
  },
  backup: {
    description: 'copy the database and the models into a folder that Wentu can start with; a server may be running',
    folder: 'a folder that does not exist yet, or is empty',
    done: (bytes: number, folder: string) =>
      `${(bytes / 1_000_000).toFixed(1)} MB of database written; start Wentu with it: WENTU_DATA_DIR=${folder}`,
  },
};

export type Words = Readonly<typeof english>;
