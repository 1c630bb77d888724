import type { BackupProblem, VerifiedBackup } from '@wentu/data-folder/verify-backup';
import type { DatasetReport } from '@wentu/offline/check-dataset';
import { WentuError, type IgnoredFiles, type LoadFailure, type WentuErrorCode } from '@wentu/domain';
import type {
  DuplicateImageView,
  DuplicatesView,
  JobView,
  RepairView,
  SourceView,
  SpaceView,
  UnderstoodView,
} from '../backend';
import type { CommanderWords } from './commander-words';
import { englishKeys } from './english-keys';
import { doctorEnglish } from './doctor-english';

const number = (value: number): string => value.toLocaleString('en');

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;

const SOURCE_STATES = {
  AVAILABLE: 'can be loaded',
  MISSING: 'does not exist now',
  OUTSIDE_ROOTS: 'not in WENTU_LOAD_ROOTS',
  UNREADABLE: 'cannot be read',
} as const;

const WATCH_STATES = {
  STARTING: 'will be watched by the next server',
  EVENTS: 'watched',
  POLLING: 'watched by regular comparison',
  AWAY: 'watched, but away',
} as const;

/** Every text of the command line. JSON, and the columns of search and rank, contain no texts. */
export const english = {
  /** null: keep commander's own texts. */
  commander: null as CommanderWords | null,
  giveWholeNumber: (least: number) => `give a whole number from ${least}`,
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
    keptOut: (count: number) => `left out: ${count} pictures that were deleted for good; wentu kept-out lists them`,
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
  delete: {
    description: 'take pictures out of a collection; the files stay',
    collection: 'a collection (wentu collections)',
    imageIds: 'the ids of the images, as wentu search shows them; or options that say which images',
    keepOut: 'for good: later loads leave these pictures out',
    yes: 'delete the images that match the options; without it, only their number is shown',
    idsOrFilter: 'give either ids of images, or options that say which images, such as --folder',
    wouldDelete: (count: number) => `${number(count)} images match; add --yes to delete them`,
    deleted: (count: number) => `deleted ${number(count)} images`,
  },
  tag: {
    description: 'change the tags and attributes of images',
    add: 'a tag to add; may be repeated',
    remove: 'a tag to remove; may be repeated',
    set: 'an attribute: a number, true or false, a date such as 2024-05-01, else a text; may be repeated',
    text: 'an attribute whose value is a text in any case; may be repeated',
    unset: 'the name of an attribute to remove; may be repeated',
    givePair: 'give a name and a value, such as price=12.5',
    noChange: 'there is nothing to change; give --add, --remove, --set, --text or --unset',
    failed: (imageId: string, message: string | null) => `${imageId}: ${message ?? 'the collection has no such image'}`,
    done: (count: number) => `changed ${number(count)} images`,
  },
  filter: {
    folder: 'only images in this folder, as their ids begin',
    type: 'only this media type, such as image/png; may be repeated',
    camera: 'only this camera, as wentu facets shows it; may be repeated',
    lens: 'only this lens; may be repeated',
    takenFrom: 'only pictures taken on this day or later, such as 2024-05-01 or 2024-05-01T12:00:00Z',
    takenTo: 'only pictures taken on this day or earlier',
    minSize: 'only originals of at least so many bytes',
    maxSize: 'only originals of at most so many bytes',
    near: 'only pictures taken in this circle, such as 31.23,121.47,5',
    has: 'only pictures of which all of these are known',
    lacks: 'only pictures of which none of these is known',
    tag: 'only images with this tag; may be repeated: with one of them',
    attribute:
      'only images with this attribute: price, price=12.5, price=10..20, made=2024-05-01..; may be repeated: all of them',
    giveAttribute: 'give a name, name=value, or name=from..to with numbers or dates, such as price=10..20',
    giveDate: 'give a date such as 2024-05-01, or a time such as 2024-05-01T12:00:00Z',
    giveNear: 'give latitude, longitude and kilometres, such as 31.23,121.47,5',
    giveOrder: 'give loaded, taken, size or name, with :desc for the other direction',
  },
  images: {
    description: 'list the images of a collection: time, size and id',
    collection: 'a collection (wentu collections)',
    order: 'loaded (default), taken, size or name; taken:desc is newest first',
    first: 'how many images',
  },
  facets: {
    description: 'count the images of a collection by year, folder, camera and more',
    by: 'what to count by; folder counts the folders in --folder',
    first: 'how many values of each',
  },
  keptOut: {
    description: 'list the images that were deleted for good, newest first',
    allow: 'first take these ids off the list; the next load of their folder loads them again',
    allowed: (count: number) => `allowed again: ${number(count)}`,
    none: 'no image was deleted for good',
  },
  sources: {
    description: 'list the folders that were loaded into a collection, with their last loads',
    collection: 'a collection (wentu collections)',
    none: 'no folder was loaded into the collection',
    line: ({ directory, imageCount, state, watch, lastLoad }: SourceView) =>
      `${directory}\t${number(imageCount)} images\t${SOURCE_STATES[state]}\t${watch === null ? 'not watched' : WATCH_STATES[watch.state]}\t` +
      (lastLoad === null
        ? 'last load unknown'
        : `${lastLoad.status.toLowerCase()}${lastLoad.finishedAt === null ? '' : ` ${lastLoad.finishedAt}`}, ${number(lastLoad.failed)} failed`),
  },
  watch: {
    description: 'load new and changed pictures of a folder without a request, while a server runs',
    directory: 'a folder that was loaded into the collection (wentu sources)',
    off: 'end the watch',
    begun: (directory: string) => `${directory} is watched from now on`,
    ended: (directory: string) => `${directory} is not watched any more`,
    notLoaded: (directory: string, collection: string) =>
      `${directory} was not loaded into ${collection}; load it first: wentu load ${directory} -c ${collection}`,
  },
  reencode: {
    description:
      'change the model of a collection: encode its images again while it is searched with its old model, then switch',
    collection: 'a collection (wentu collections)',
    model: 'an installed model (wentu model list)',
    hideUnreadable:
      'change the model even if the originals of some images cannot be read; searches do not find them then',
    ended: ({ status, loaded, failed }: JobView, collection: string, model: string) =>
      `${status === 'SUCCEEDED' || status === 'PARTIAL' ? `${collection} is searched with ${model}` : `${status.toLowerCase()}; ${collection} keeps its model`}: ` +
      `${number(loaded)} images encoded, ${number(failed)} failed`,
    spaces: 'list the models of which a collection has embeddings; the one in use is marked with *',
    drop: 'first remove the embeddings of this model, which must not be in use',
    space: ({ model, imageCount, missingCount, isActive }: SpaceView) =>
      `${isActive ? '*' : ' '} ${model}\t${number(imageCount)} images\t${number(missingCount)} not encoded`,
  },
  duplicates: {
    description: 'find pictures that a collection has more than once: equal files, and copies that look alike',
    collection: 'a collection (wentu collections)',
    first: 'number of groups to show, the largest first',
    last: 'show the result of the last search, and do not search again',
    total: ({ totalCount, spareBytes }: DuplicatesView) =>
      totalCount === 0
        ? 'no picture was found twice'
        : `${number(totalCount)} groups; all but the best picture of each take ${megabytes(spareBytes)}`,
    none: 'the collection was not searched yet: omit --last',
    newImages: (count: number) =>
      `${number(count)}${count >= 10_000 ? ' or more' : ''} pictures were added or changed since; search again to compare them`,
    group: (count: number, spareBytes: number) => `${number(count)} pictures, ${megabytes(spareBytes)} to spare`,
    image: ({ kind, similarity, imageId, width, height, sizeBytes }: DuplicateImageView) =>
      `${kind === 'BEST' ? '*' : ' '} ${imageId}\t${width} × ${height}\t${megabytes(sizeBytes)}\t` +
      { BEST: 'the best one', EXACT: 'equal file', NEAR: `similar: ${similarity.toFixed(3)}` }[kind],
    cancelled: 'the search was cancelled',
  },
  search: {
    description: 'find the pictures nearest to a text, to pictures, or to both',
    collection:
      'collection to search, may be repeated; default: the first collection with pictures of: default, samples, the others by name',
    all: 'search all collections that hold pictures',
    like: 'search by a picture: a file, or the id of a loaded picture such as Image:12; may be repeated',
    not: 'a text that the pictures should not show; may be repeated',
    noQuery: 'there is nothing to search for: give a text, or a picture with --like',
    allOrSome: '--all searches all collections; give either --all or -c',
    unanswered: ({ collection, message }: { collection: string; code: WentuErrorCode; message: string }) =>
      `collection "${collection}" was not searched: ${message}`,
    byRanks: '-- the collections have different models, so their pictures are in turns, by ranks --',
    topK: 'number of pictures',
    words:
      'find the pictures that have these words, the last loaded first; a word in quotation marks has to be written in the same way',
    onlyWords: 'with --words, give a text, and neither --like nor --not',
    once: 'each picture once: equal and almost equal ones are listed below the first of them',
    noDates: 'search the text as it is, also when it has a date such as 去年夏天',
    understood: ({ text, words, takenAfter, takenBefore }: UnderstoodView) =>
      `"${words}" is a time: ${takenAfter ?? '…'} to ${takenBefore ?? '…'}; searched for "${text}" (--no-dates searches the text as it is)`,
    save: 'write the found pictures into this folder',
    nothing: 'nothing found: the collection is empty',
    noneLike: '-- no picture is a good match; the nearest ones are --',
    lessLike: '-- less like it from here --',
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
    titles: ['model', 'languages', 'dimension', 'size', 'memory', 'licence', 'R@1', 'images/s', 'ms/text'],
    dimension: (dimension: number) => `${dimension}-d`,
    about: (size: string) => `about ${size}`,
    shipped: 'shipped',
    installed: 'installed',
    /** `command`: the command that installs the model. */
    install: (command: string) => command,
    broken: (problem: string) => `broken: ${problem}`,
    legend: [
      '* runs at the next start. Sizes of models that are not installed are for fp32. mul: many languages. R@1: zero-shot recall of',
      'text to image in percent: on Flickr30k-CN, COCO-CN and MUGE, published by Chinese-CLIP (Results.md), or on XM3600 in Chinese,',
      'published by open_clip; values of two datasets cannot be compared. images/s and ms/text: measured on this machine by a server.',
    ],
    recommended: (name: string, memory: string, cores: number, limitedBy: 'MEMORY' | 'CORES' | null) =>
      `For this machine (${memory} of memory, ${cores} cores): ${name}, the highest recall on Flickr30k-CN that fits` +
      (limitedBy === null
        ? ''
        : limitedBy === 'MEMORY'
          ? '; larger ones need more memory'
          : '; larger ones are slow on these cores'),
  },
  rank: {
    description:
      'give the probability of each text for a picture file (zero-shot, among the given texts), with the model in use',
    image: 'a picture file',
    texts: 'such as 杰尼龟 妙蛙种子 小火龙 皮卡丘',
    json: 'as JSON, in the order of the texts',
  },
  readWords: {
    description: 'print the lines of text in picture files: Chinese, English and digits',
    files: 'picture files',
    models: 'folder with other models of PaddleOCR as ONNX files; default: PP-OCRv4, which comes with Wentu',
    json: 'as JSON, with the confidence and the box of each line',
    none: (path: string) => `${path}: no text was found`,
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
  keys: englishKeys,
  doctor: doctorEnglish,
  backup: {
    description: 'copy the database and the models into a folder that Wentu can start with; a server may be running',
    folder: 'a folder that does not exist yet, or is empty',
    done: (bytes: number, folder: string) =>
      `${(bytes / 1_000_000).toFixed(1)} MB of database written; start Wentu with it: WENTU_DATA_DIR=${folder}`,
  },
  verify: {
    description: 'read a whole backup: its bytes, pages, counts, embeddings and copied originals',
    folder: 'a folder that wentu backup wrote',
    problem: (problem: BackupProblem) => {
      switch (problem.code) {
        case 'OTHER_BYTES':
          return `the database has other bytes than were written (${problem.sizeBytes} bytes, written were ${problem.expectedBytes}); a server that uses the folder changes them too`;
        case 'DAMAGED':
          return `damaged pages: ${problem.detail}`;
        case 'UNREADABLE':
          return `the database cannot be read: ${problem.detail}`;
        case 'NOT_A_STORE':
          return 'the file has no tables of Wentu';
        case 'WRONG_COUNT':
          return `the number of images of ${problem.count} collections is wrong`;
        case 'NO_EMBEDDING':
          return `${problem.count} images have no embedding`;
        case 'BAD_EMBEDDING':
          return `${problem.count} embeddings have a wrong length`;
        case 'ORIGINAL_MISSING':
          return `${problem.count} copied originals are missing`;
        case 'ORIGINAL_CHANGED':
          return `${problem.count} copied originals have other bytes than were loaded`;
      }
    },
    damaged: (folder: string) => `the backup ${folder} is damaged; keep an older one`,
    sound: ({ images, originals, sizeBytes, madeAt }: Omit<VerifiedBackup, 'problems'>) =>
      `the backup is sound: ${images} images, ${originals} copied originals, ${(sizeBytes / 1_000_000).toFixed(1)} MB` +
      (madeAt === null ? '; its bytes could not be compared, because an earlier version made it' : `, made ${madeAt}`),
  },
  restore: {
    description:
      'copy a backup into the store of the settings (WENTU_DATA_DIR, DATABASE_URL); the server must be stopped',
    folder: 'a folder that wentu backup wrote; it stays as it is',
    replace: 'move the SQLite database that is there aside',
    done: (images: number) => `restored ${images} images; start the server, which fills the index from the rows`,
    kept: (path: string) => `the database before is kept as ${path}`,
  },
};

export type Words = Readonly<typeof english>;
