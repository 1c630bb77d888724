import type { DatasetReport } from '@wentu/offline/check-dataset';
import type { IgnoredFiles, LoadFailure } from '@wentu/domain';
import { WentuError } from '@wentu/domain';
import type { JobView, RepairView } from '../backend';
import type { CommanderWords } from './commander-words';

const number = (value: number): string => value.toLocaleString('en');

/** Every word the command line prints. JSON, and the columns of search and rank, have no words. */
export const english = {
  /** null: commander's own. */
  commander: null as CommanderWords | null,
  giveWholeNumber: 'give a whole number',
  asJson: 'as JSON',
  /** A failed item, in a load's ledger and elsewhere. */
  failure: ({ item, code, message }: LoadFailure) => `${item}: ${code}: ${message}`,
  /** What ended a load. */
  loadError: ({ code, message }: LoadFailure) => `${code}: ${message}`,
  andMore: (count: number | string) => `… and ${count} more`,
  /** What ended the command; a bug with its stack. */
  error: (error: unknown) =>
    `wentu: ${error instanceof WentuError ? error.message : ((error as Error).stack ?? String(error))}`,

  program: {
    description: '文图 Wentu: search pictures with Chinese words.',
    server: 'use the server at this address instead of the data folder',
    language: "language to print in, instead of the locale's (LC_ALL, LC_MESSAGES, LANG)",
    howToHelp: '(wentu --help shows how)',
    after: `
Examples:
  wentu load ~/Pictures --collection 家庭相册
  wentu search 海边的日落 --collection 家庭相册 --top-k 20 --save ./sunsets
  wentu search 小狗 --collection samples --json

Without --server the data folder is used (WENTU_DATA_DIR, ./data); when a server holds it, that server is asked.
Exit codes: 0 done, 1 some items failed, 2 bad usage or input, 3 a store or model is unavailable.`,
    asksNoServer: (command: string) =>
      `wentu ${command} works on files of this machine and asks no server; leave --server out`,
  },
  serve: { description: 'run the server: page, GraphQL API and GraphiQL (settings come from the environment)' },
  collections: {
    description: 'list the collections',
    images: (count: number) => `${number(count)} images`,
  },
  repair: {
    description: 'make the index what the images say, without encoding anything; of one collection or of all',
    done: ({ collection, upserted, removedFromIndex, removedRows }: RepairView) =>
      `${collection}: ${upserted} put into the index, ${removedFromIndex} taken out, ${removedRows} leftovers removed`,
  },
  drop: {
    description: 'remove a collection; the picture files stay',
    dropped: (name: string) => `dropped ${name}`,
    none: (name: string) => `wentu: there is no collection ${name}; wentu collections lists those there are`,
  },
  load: {
    description: 'load a folder of pictures, a {split}_imgs.tsv, its features, or an LMDB folder of cn_clip',
    collection: 'made if there is none',
    id: 'what names an image',
    split: 'which {split}_imgs files to read',
    featuresModel: 'the model that made the feature file',
    copy: 'copy the originals into the store',
    missing:
      'images whose files have gone: ask reports them and keeps them, keep keeps them for good, remove takes them out',
    json: 'the final state as JSON',
    ended: ({ status, loaded, replaced, skipped, removed, failed }: JobView) =>
      `${status.toLowerCase()}: ${loaded} loaded${replaced > 0 ? ` (${replaced} of them new versions)` : ''}, ` +
      `${skipped} unchanged, ${removed} removed, ${failed} failed`,
    ignored: ({ notPicture, junk, excluded, link, unreadable }: IgnoredFiles) =>
      `not loaded: ${notPicture} no pictures, ${junk} left by systems and programs, ${excluded} excluded by patterns, ${link} links, ${unreadable} unreadable`,
    isMissing: (count: number) =>
      `${count} images stay though their files have gone. A disk or share is not there? Connect it and load again. ` +
      'They are really gone? Load with --missing remove; to keep them, with --missing keep',
    isSettled: (count: number) => `the folder is gone: ${count} of its images were dealt with as you said`,
    isUnread: (count: number) => `${count} folders could not be read to their end; the images in them stay`,
  },
  search: {
    description: 'find the pictures nearest to a text',
    collection:
      'where to look; left out: default, else samples, else the first by name, of the collections that hold pictures',
    topK: 'how many',
    save: 'write the pictures found into this folder',
    nothing: 'nothing found: the collection is empty',
    saved: (written: number, found: number, folder: string) => `${written} of ${found} pictures written to ${folder}`,
  },
  understanding: {
    comma: ', ',
    nothing: (text: string) =>
      `"${text}" was not understood: the model knows none of its words, and the answer is chance; describe it in Chinese`,
    unknown: (unknown: string) => `not understood: ${unknown}; the answer goes by the rest of the text`,
    cut: (count: number, rest: string) =>
      `only the first ${count} characters count; the rest, "${rest}", changes nothing`,
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
      "features of pictures and texts in cn_clip's files, made by the model in use (WENTU_MODEL, or wentu model use); goes on after a stop",
    images: 'a {split}_imgs.tsv, the directory that holds it, or one of picture files',
    texts: 'jsonl of text_id, text',
    output: 'for {split}_imgs.img_feat.jsonl and {split}_texts.txt_feat.jsonl',
    split: 'what the files are named after',
    batchSize: 'pictures or texts encoded at once',
    textsDone: (processed: number, total: number) => `${number(processed)}/${number(total)} texts`,
    done: (texts: number, images: number, folder: string, failed: number) =>
      `${texts} texts and ${images} pictures have their features in ${folder}, ${failed} failed`,
  },
  importTutorial: {
    description:
      "write what the tutorial's service has in MySQL and Milvus (MILVUS_ADDRESS and its other settings) as a folder that wentu load takes, without encoding anything",
    table: 'the table of pictures',
    milvusCollection: 'the collection of their vectors',
    output: 'a new folder',
    milvusIdColumn: 'the id in Milvus',
    imageIdColumn: 'the id of the image',
    dataColumn: 'its bytes, or their base64',
    idField: 'of the Milvus collection',
    vectorField: 'of the Milvus collection',
    progress: (images: number, skipped: number) => `${number(images)} images, ${skipped} left out`,
    done: (images: number, dimension: number, folder: string, skipped: number) =>
      `${images} images with ${dimension}-d features in ${folder}, ${skipped} left out; now:`,
    next: (folder: string) =>
      `  wentu load ${folder} --collection NAME --features-model MODEL   (the model that made them)`,
  },
  knn: {
    description: 'the exact nearest neighbours of all features of a file, as predictions for evaluate',
    imageFeats: 'jsonl of image_id, feature',
    textFeats: 'jsonl of text_id, feature',
    topK: 'neighbours of each',
    output: 'jsonl of text_id, image_ids; or image_id, text_ids',
    direction: 'what is looked for with what',
    progress: (queries: number, rows: number) =>
      `${number(queries)} queries done, ${number(rows)} rows compared with the next ones`,
    done: (queries: number, file: string) => `${number(queries)} queries answered in ${file}`,
  },
  evaluate: {
    description: "recall@1, 5, 10 of predictions, as cn_clip's evaluation computes it, in either direction",
    texts: 'jsonl with the right answers: text_id, image_ids; or image_id, text_ids',
    predictions: 'jsonl that wentu knn or cn_clip wrote, 10 ids a line',
    output: "the result, in cn_clip's JSON",
    done: (direction: string, queries: number, recalls: string, mean: string) =>
      `${direction}, ${queries} queries: ${recalls}  mean recall ${mean}`,
  },
  model: {
    description: 'list, add, verify, use and remove models',
    list: 'list the models that are installed, and those that can be',
    add: 'install a model: a folder, an address, or a name that the list shows',
    source: 'a folder; the address of a wentu-model.json or of a hub repository; or a name',
    name: 'what to call it',
    precision: "which of the hub's graphs to download",
    mirror: 'where to find the model hub, such as https://hf-mirror.com (WENTU_MODEL_MIRROR)',
    added: (name: string, dimension: number, space: string) =>
      `added ${name} (${dimension}-d, space ${space}); use it with: wentu model use ${name}`,
    stopped: 'stopped; what has come is kept, and the same command goes on from there',
    verify: 'compare the SHA-256 of every file of a model, or of all of them',
    verified: (name: string) => `${name}: every file is as it should be`,
    notVerified: (name: string, { message }: WentuError) => `${name}: ${message}`,
    use: 'choose the model that runs where WENTU_MODEL is not set',
    chosen: (name: string) =>
      `${name} is the model from the next start on; a server that runs keeps its model until it is restarted`,
    overruled: (name: string) => `WENTU_MODEL is set to ${name} here, and goes before this choice`,
    remove: 'remove a model that was added',
    removed: (name: string) => `removed ${name}`,
    orphaned: (space: string | null, collections: readonly string[]) => [
      `these collections hold embeddings of its space ${space}; they cannot be searched until a model of`,
      `that space is added and used again: ${collections.join(', ')}`,
    ],
    titles: ['model', 'dimension', 'size', 'licence', 'R@1'],
    dimension: (dimension: number) => `${dimension}-d`,
    about: (size: string) => `about ${size}`,
    shipped: 'shipped',
    installed: 'installed',
    /** `command`: what installs it. */
    install: (command: string) => command,
    broken: (problem: string) => `broken: ${problem}`,
    legend: [
      '* runs at the next start. Sizes of models not installed are those of fp32. R@1: zero-shot recall of text to image on',
      'Flickr30k-CN, COCO-CN and MUGE, in percent, as published by Chinese-CLIP for the original (Results.md).',
    ],
  },
  rank: {
    description:
      'say how probable each text is for a picture file (zero-shot), against the others given; by the model in use',
    image: 'a picture file',
    texts: 'such as 杰尼龟 妙蛙种子 小火龙 皮卡丘',
    json: 'as JSON, in the order of the texts',
  },
  dataset: {
    description: 'work with a dataset before it is loaded',
    check: 'read all pictures, texts and features of a folder, and say what is wrong with them; needs no model',
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
    nothingWrong: 'nothing wrong',
    problems: (count: number) => `${number(count)} problems`,
    problem: (code: string, count: number) => `${code}: ${number(count)}`,
    detail: (item: string, message: string) => `${item}: ${message}`,
  },
  backup: {
    description: 'copy database and models into a folder that Wentu can be started on; a server may be running',
    folder: 'one that does not exist yet, or is empty',
    done: (bytes: number, folder: string) =>
      `${(bytes / 1_000_000).toFixed(1)} MB of database written; WENTU_DATA_DIR=${folder} starts on it`,
  },
};

export type Words = Readonly<typeof english>;
