import { WentuError } from '@wentu/domain';
import { explainCode, explainFailure, type Failure } from '@wentu/language';
import { commanderInChinese } from './commander-in-chinese';
import type { Words } from './english';
import { chineseKeys } from './chinese-keys';
import { doctorChinese } from './doctor-chinese';

const number = (value: number): string => value.toLocaleString('en');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
const STATUS = {
  QUEUED: '排队中',
  RUNNING: '导入中',
  SUCCEEDED: '导入完成',
  PARTIAL: '部分导入',
  FAILED: '导入失败',
  CANCELLED: '已取消',
} as const;

const SOURCE_STATES = {
  AVAILABLE: '可以导入',
  MISSING: '不在',
  OUTSIDE_ROOTS: '不在 WENTU_LOAD_ROOTS 里',
  UNREADABLE: '读不了',
} as const;

const WATCH_STATES = {
  STARTING: '服务器启动以后监视',
  EVENTS: '监视中',
  POLLING: '监视中（定时比较）',
  AWAY: '监视中，但文件夹不在',
} as const;

/** The reason in Chinese. If it lacks the values, the original message is after it. */
const reason = (failure: Failure): string => {
  const { text, original } = explainFailure(failure, 'zh');
  return `${text.replace(/。$/, '')}（${failure.code}${original === undefined ? '' : `: ${original}`}）`;
};

export const chinese: Words = {
  commander: commanderInChinese,
  giveWholeNumber: (least) => `请给一个不小于 ${least} 的整数`,
  asJson: '输出 JSON',
  failure: ({ item, ...failure }) => `${item}：${reason(failure)}`,
  loadError: (failure) => reason(failure),
  andMore: (count) => `……还有 ${count} 个`,
  error: (error) => {
    const isKnown = error instanceof WentuError;
    const message = isKnown ? error.message : ((error as Error).stack ?? String(error));
    // A detail is of the public message; the one for the operator says more.
    const detail = isKnown && error.publicMessage === message ? error.detail : null;
    const { text, original } = explainFailure({ code: isKnown ? error.code : 'INTERNAL', message, detail }, 'zh');
    const sentence = text.replace(/。$/, '');
    return original === undefined ? `文图：${sentence}` : `文图：${sentence}\n${original.replace(/^/gm, '  ')}`;
  },

  program: {
    description: '文图 Wentu：用中文找图片。',
    server: '使用这个地址的服务器，而不是数据文件夹',
    language: '输出用的语言；不写时按区域设置（LC_ALL、LC_MESSAGES、LANG）',
    howToHelp: '（用法见 wentu --help）',
    after: `
例子：
  wentu load ~/Pictures --collection 家庭相册
  wentu search 海边的日落 --collection 家庭相册 --top-k 20 --save ./sunsets
  wentu search 小狗 --collection samples --json

不写 --server 时使用数据文件夹（WENTU_DATA_DIR，默认 ./data）；如果有服务器正占着它，就请求那个服务器。
退出码：0 完成，1 有些图片失败，2 用法或输入有误，3 存储或模型不可用。`,
    asksNoServer: (command) => `wentu ${command} 处理的是本机的文件，不请求服务器；请去掉 --server`,
  },
  serve: { description: '运行服务器：页面、GraphQL 接口和 GraphiQL（设置取自环境变量）' },
  collections: {
    description: '列出图库',
    images: (count) => `${number(count)} 张图片`,
  },
  repair: {
    description: '按图片记录修复索引，不重新编码；可以只修一个图库，不写就修全部',
    done: ({ collection, upserted, removedFromIndex, removedRows }) =>
      `${collection}：索引补入 ${upserted} 条，移出 ${removedFromIndex} 条，清理残留记录 ${removedRows} 条`,
  },
  drop: {
    description: '删除图库，图片文件不动',
    dropped: (name) => `已删除图库 ${name}`,
    none: (name) => `文图：没有名为 ${name} 的图库；wentu collections 会列出所有图库`,
  },
  load: {
    description: '导入一个图片文件夹、{split}_imgs.tsv（及其特征），或 cn_clip 的 LMDB 文件夹',
    collection: '导入到哪个图库，没有就新建',
    id: '图片编号取相对路径还是文件名',
    split: '读哪一份 {split}_imgs 文件',
    featuresModel: '特征文件是哪个模型算的',
    copy: '把原图复制到存储里',
    missing: '文件夹里找不到的图片怎么办：ask 报告数目并保留，keep 保留且不再报告，remove 移出图库',
    json: '用 JSON 输出最后的状态',
    keptOut: (count) => `没有导入 ${count} 张不再收录的图片；wentu kept-out 会列出它们`,
    ended: ({ status, loaded, replaced, skipped, removed, failed }) =>
      `${STATUS[status]}：新导入 ${loaded} 张${replaced > 0 ? `（其中更新 ${replaced} 张）` : ''}，未变化 ${skipped} 张，移出 ${removed} 张，失败 ${failed} 张`,
    ignored: ({ notPicture, junk, excluded, link, unreadable }) =>
      `没有导入的其他文件：不是图片 ${notPicture} 个，系统或程序留下的 ${junk} 个，按规则排除 ${excluded} 个，链接 ${link} 个，不能读 ${unreadable} 个`,
    isMissing: (count) =>
      `有 ${count} 张图片的文件不见了，先保留在图库里。磁盘或共享没接好？接好后再导入一次；确实删除了，加 --missing remove；要留着，加 --missing keep`,
    missingResolved: (count) => `文件夹已经不在了：它的 ${count} 张图片已按你说的处理`,
    isUnread: (count) => `有 ${count} 个文件夹没能读完，里面的图片都保留着`,
  },
  delete: {
    description: '把图片移出图库，文件不动',
    collection: '图库（wentu collections）',
    imageIds: '图片编号，与 wentu search 显示的一样；也可以改用筛选选项',
    keepOut: '不再收录：以后导入时也不要这些图片',
    yes: '移出符合筛选选项的图片；不加就只显示张数',
    idsOrFilter: '请给图片编号，或者给筛选选项（例如 --folder），二者选一',
    wouldDelete: (count) => `符合的图片有 ${number(count)} 张；加 --yes 才会移出`,
    deleted: (count) => `已移出 ${number(count)} 张图片`,
  },
  tag: {
    description: '改图片的标签和属性',
    add: '加上这个标签；可以写几次',
    remove: '去掉这个标签；可以写几次',
    set: '设一个属性：数字、true 或 false、日期（如 2024-05-01），其余算文字；可以写几次',
    text: '设一个属性，值一律算文字；可以写几次',
    unset: '去掉这个名字的属性；可以写几次',
    givePair: '请给名字和值，例如 price=12.5',
    noChange: '没有要改的：请写 --add、--remove、--set、--text 或 --unset',
    failed: (imageId, message) => `${imageId}：${message ?? '图库里没有这张图片'}`,
    done: (count) => `已改 ${number(count)} 张图片`,
  },
  filter: {
    folder: '只要这个文件夹里的图片，写法与图片编号的开头相同',
    type: '只要这种类型，例如 image/png；可以写几次',
    camera: '只要这台相机拍的，名称与 wentu facets 显示的一样；可以写几次',
    lens: '只要这支镜头拍的；可以写几次',
    takenFrom: '只要这一天或以后拍的，例如 2024-05-01 或 2024-05-01T12:00:00Z',
    takenTo: '只要这一天或以前拍的',
    minSize: '只要原图不小于这么多字节的',
    maxSize: '只要原图不大于这么多字节的',
    near: '只要在这个圆里拍的：纬度,经度,公里，例如 31.23,121.47,5',
    has: '只要这些信息都有的图片',
    lacks: '只要这些信息都没有的图片',
    tag: '只要有这个标签的图片；可以写几次，有其中一个就行',
    attribute: '只要属性符合的图片：price、price=12.5、price=10..20、made=2024-05-01..；可以写几次，都要符合',
    giveAttribute: '请给属性名、名字=值，或 名字=从..到（数字或日期），例如 price=10..20',
    giveDate: '请给日期，例如 2024-05-01，或时间，例如 2024-05-01T12:00:00Z',
    giveNear: '请给纬度、经度和公里数，例如 31.23,121.47,5',
    giveOrder: '请给 loaded、taken、size 或 name，后面加 :desc 就反过来',
  },
  images: {
    description: '列出图库的图片：时间、大小、编号',
    collection: '图库（wentu collections）',
    order: 'loaded（导入顺序，默认）、taken（拍摄时间）、size（大小）或 name（编号）；taken:desc 就是新的在前',
    first: '最多列出多少张',
  },
  facets: {
    description: '按年份、文件夹、相机等统计图库的图片张数',
    by: '按什么统计；folder 统计 --folder 里的各个文件夹',
    first: '每项最多列出多少个值',
  },
  keptOut: {
    description: '列出不再收录的图片，新移出的在前',
    allow: '先从名单里去掉这些编号；下次导入它们的文件夹时会再导入',
    allowed: (count) => `已重新允许 ${number(count)} 张`,
    none: '没有不再收录的图片',
  },
  sources: {
    description: '列出导入过图库的文件夹，以及它们上一次导入的情况',
    collection: '图库（wentu collections）',
    none: '这个图库没有导入过文件夹',
    line: ({ directory, imageCount, state, watch, lastLoad }) =>
      `${directory}\t${number(imageCount)} 张图片\t${SOURCE_STATES[state]}\t${watch === null ? '没有监视' : WATCH_STATES[watch.state]}\t` +
      (lastLoad === null
        ? '不知道上一次的导入'
        : `${STATUS[lastLoad.status]}${lastLoad.finishedAt === null ? '' : ` ${lastLoad.finishedAt}`}，失败 ${number(lastLoad.failed)} 张`),
  },
  watch: {
    description: '监视文件夹：服务器运行时，新的和改过的图片会自动导入',
    directory: '导入过这个图库的文件夹（wentu sources）',
    off: '不再监视',
    begun: (directory) => `从现在起监视 ${directory}`,
    ended: (directory) => `不再监视 ${directory}`,
    notLoaded: (directory, collection) =>
      `${directory} 没有导入过 ${collection}；请先导入：wentu load ${directory} -c ${collection}`,
  },
  reencode: {
    description: '给图库换模型：图片重新编码，期间仍用原来的模型搜索，全部完成后再切换',
    collection: '图库（wentu collections）',
    model: '已安装的模型（wentu model list）',
    hideUnreadable: '有些图片的原图读不出来时也换模型；换了以后搜不到这些图片',
    ended: ({ status, loaded, failed }, collection, model) =>
      `${status === 'SUCCEEDED' || status === 'PARTIAL' ? `图库 ${collection} 已换用 ${model}` : `${status === 'CANCELLED' ? '已取消' : '没有完成'}，图库 ${collection} 仍用原来的模型`}：` +
      `编码 ${number(loaded)} 张，失败 ${number(failed)} 张`,
    spaces: '列出图库里有哪些模型的特征，正在使用的标 *',
    drop: '先删除这个模型的特征；正在使用的模型不能删',
    space: ({ model, imageCount, missingCount, isActive }) =>
      `${isActive ? '*' : ' '} ${model}\t${number(imageCount)} 张图片\t${number(missingCount)} 张未编码`,
  },
  duplicates: {
    description: '找出图库里重复的图片：完全相同的文件，以及看起来一样的副本',
    collection: '图库（wentu collections）',
    first: '显示几组，张数多的在前',
    last: '只显示上一次的结果，不重新查找',
    total: ({ totalCount, spareBytes }) =>
      totalCount === 0
        ? '没有重复的图片'
        : `共 ${number(totalCount)} 组；每组只留最好的一张，可以省下 ${megabytes(spareBytes)}`,
    none: '还没有查找过这个图库：去掉 --last',
    newImages: (count) =>
      `之后又有 ${number(count)} 张${count >= 10_000 ? '以上' : ''}图片加入或改动，重新查找才会比较它们`,
    group: (count, spareBytes) => `${number(count)} 张，可省 ${megabytes(spareBytes)}`,
    image: ({ kind, similarity, imageId, width, height, sizeBytes }) =>
      `${kind === 'BEST' ? '*' : ' '} ${imageId}\t${width} × ${height}\t${megabytes(sizeBytes)}\t` +
      { BEST: '最好的一张', EXACT: '完全相同', NEAR: `相似度 ${similarity.toFixed(3)}` }[kind],
    cancelled: '已取消查找',
  },
  search: {
    description: '找出与一句话、几张图片、或两者一起最接近的图片',
    all: '在所有有图片的图库里找',
    like: '以图搜图：图片文件，或已导入的图片的 id，如 Image:12；可以写几次',
    not: '图片里不要有的内容；可以写几次',
    noQuery: '没有说要找什么：请写一句话，或用 --like 给一张图片',
    allOrSome: '--all 是搜所有图库；--all 和 -c 只写一个',
    unanswered: ({ collection, ...failure }) => `没有搜图库「${collection}」：${reason(failure)}`,
    byRanks: '—— 这些图库的模型不同，按各自的名次交替排列 ——',
    collection: '在哪个图库里找，可以写几次；不写时在有图片的图库中依次取 default、samples、按名称排第一的',
    topK: '找几张',
    words: '找图片里写着这些字的图片，后导入的排在前面；引号里的字要写法完全相同',
    onlyWords: '用 --words 时要给文字，不能同时用 --like 或 --not',
    once: '每张图只列一次：完全相同和几乎相同的列在它下面',
    noDates: '按原话搜索，即使里面有「去年夏天」这样的日期',
    understood: ({ text, words, takenAfter, takenBefore }) =>
      `「${words}」按时间理解：${takenAfter ?? '…'} 到 ${takenBefore ?? '…'}；搜索的是「${text}」（--no-dates 按原话搜索）`,
    save: '把找到的图片存到这个文件夹',
    nothing: '没有找到：图库里没有图片',
    noneLike: '—— 没有真正符合的图片，以下是最接近的 ——',
    lessLike: '—— 以下的图不太像 ——',
    saved: (written, found, folder) => `找到 ${found} 张，已存 ${written} 张到 ${folder}`,
  },
  understanding: {
    comma: '、',
    nothing: (text) => `没看懂「${text}」：模型不认识其中任何一个词，结果只是碰巧；请用中文描述`,
    unknown: (unknown) => `没看懂：${unknown}；结果只按其余的字找到`,
    cut: (count, rest) => `只用到前 ${count} 个字，后面的「${rest}」没有起作用`,
  },
  progress: {
    queued: '正在等这个图库的另一次导入结束……',
    perSecond: (images) => `${images.toFixed(1)} 张/秒`,
    failed: (count) => `失败 ${number(count)} 张`,
    hoursLeft: (hours, minutes) => `剩余 ${hours} 小时 ${minutes} 分`,
    minutesLeft: (minutes, seconds) => `剩余 ${minutes === 0 ? '' : `${minutes} 分 `}${seconds} 秒`,
  },
  features: {
    description:
      '用当前模型（WENTU_MODEL，或 wentu model use 选的）提取图片和文字的特征，存成 cn_clip 的文件；中断后可接着做',
    images: '{split}_imgs.tsv、它所在的文件夹，或图片文件夹',
    texts: '文字，jsonl：text_id、text',
    output: '{split}_imgs.img_feat.jsonl 和 {split}_texts.txt_feat.jsonl 写到哪里',
    split: '文件名里的 {split}',
    batchSize: '每批编码几张图片或几句文字',
    textsDone: (processed, total) => `文字 ${number(processed)}/${number(total)}`,
    done: (texts, images, folder, failed) =>
      `已提取 ${texts} 句文字和 ${images} 张图片的特征，在 ${folder} 里，失败 ${failed} 个`,
  },
  importTutorial: {
    description:
      '把教程里的服务存在 MySQL 和 Milvus（MILVUS_ADDRESS 等设置）中的图片和向量写成一个文件夹，供 wentu load 导入，不重新编码',
    table: '存图片的表',
    milvusCollection: '存向量的 Milvus 集合',
    output: '新文件夹',
    milvusIdColumn: '表里存 Milvus id 的列',
    imageIdColumn: '表里存图片编号的列',
    dataColumn: '表里存图片的列，字节或 base64',
    idField: 'Milvus 集合的 id 字段',
    vectorField: 'Milvus 集合的向量字段',
    progress: (images, skipped) => `${number(images)} 张图片，略过 ${skipped} 张`,
    done: (images, dimension, folder, skipped) =>
      `${images} 张图片和 ${dimension} 维特征已写入 ${folder}，略过 ${skipped} 张；接下来：`,
    next: (folder) => `  wentu load ${folder} --collection 图库名 --features-model 模型名   （算出这些特征的模型）`,
  },
  knn: {
    description: '为文件里的每个特征找出精确的最近邻，写成预测文件，供 evaluate 使用',
    imageFeats: '图片特征，jsonl：image_id、feature',
    textFeats: '文字特征，jsonl：text_id、feature',
    topK: '每个特征找几个最近邻',
    output: '预测，jsonl：text_id、image_ids，或 image_id、text_ids',
    direction: '用什么找什么',
    progress: (queries, rows) => `已完成 ${number(queries)} 个查询，下一批已比较 ${number(rows)} 行`,
    done: (queries, file) => `${number(queries)} 个查询的结果已写入 ${file}`,
  },
  evaluate: {
    description: '按 cn_clip 的算法评测预测的 recall@1、5、10，两个方向都行',
    texts: '标准答案，jsonl：text_id、image_ids，或 image_id、text_ids',
    predictions: 'wentu knn 或 cn_clip 写出的预测，jsonl，每行 10 个编号',
    output: '评测结果，cn_clip 的 JSON 格式',
    done: (direction, queries, recalls, mean) => `${direction}，${queries} 个查询：${recalls}  平均召回率 ${mean}`,
  },
  model: {
    description: '列出、添加、校验、选用和删除模型',
    list: '列出已安装和可安装的模型',
    add: '安装模型：文件夹、网址，或 list 里的名称',
    source:
      '文件夹、hf:作者/名称 或 modelscope:作者/名称（可加 @版本）、模型仓库或 wentu-model.json 的网址，或 list 里的名称',
    name: '给模型起的名称',
    precision: '从模型仓库下载哪种精度',
    mirror: '模型仓库的镜像，例如 https://hf-mirror.com（WENTU_MODEL_MIRROR）',
    added: (name, dimension, space) =>
      `已添加 ${name}（${dimension} 维，特征空间 ${space}）；选用它：wentu model use ${name}`,
    plan: (from, layout, files, size) =>
      `${from === null ? '' : `${from}：`}${layout}；${files} 个文件，${size ?? '大小未知'}`,
    waiting: (seconds, reason) => `等待 ${seconds} 秒：${reason}`,
    stopped: '已停止；下载好的部分会保留，再次运行同一条命令就接着下载',
    verify: '校验一个模型（不写就是全部）每个文件的 SHA-256',
    verified: (name) => `${name}：所有文件完好`,
    notVerified: (name, failure) => `${name}：${reason(failure)}`,
    use: '选择没有设置 WENTU_MODEL 时使用的模型',
    chosen: (name) => `下次启动起，新图库使用 ${name}；原有的图库仍用各自的模型`,
    overruled: (name) => `这里设置了 WENTU_MODEL=${name}，它优先于这次的选择`,
    remove: '删除添加的模型',
    removed: (name) => `已删除模型 ${name}`,
    titles: ['模型', '语言', '维数', '大小', '内存', '许可', 'R@1', '张/秒', '毫秒/句'],
    dimension: (dimension) => `${dimension} 维`,
    about: (size) => `约 ${size}`,
    shipped: '自带',
    installed: '已安装',
    install: (command) => command.replace(/^export it with (\S+)$/, '用 $1 导出'),
    broken: (problem) => `不能用：${problem}`,
    legend: [
      '* 下次启动时使用。未安装的模型按 fp32 计大小。mul：多种语言。R@1：零样本文到图检索的召回率（%），是在 Flickr30k-CN、',
      'COCO-CN 和 MUGE 上、由 Chinese-CLIP 公布的（Results.md），或者在 XM3600 中文上、由 open_clip 公布的；不同数据集的数字不能',
      '互相比较。张/秒和毫秒/句由服务在本机测得。',
    ],
    recommended: (name, memory, cores, limitedBy) =>
      `适合本机（内存 ${memory}，${cores} 核）的是 ${name}：装得下的模型里，它在 Flickr30k-CN 上的召回率最高` +
      (limitedBy === null ? '。' : limitedBy === 'MEMORY' ? '；更大的需要更多内存。' : '；更大的在这些核上太慢。'),
  },
  rank: {
    description: '给出图片与每句文字相符的概率（零样本，在所给文字之间比较），用当前模型',
    image: '图片文件',
    texts: '例如 杰尼龟 妙蛙种子 小火龙 皮卡丘',
    json: '输出 JSON，保持文字的顺序',
  },
  readWords: {
    description: '输出图片文件里的文字，每行一条：中文、英文和数字',
    files: '图片文件',
    models: '放着其他 PaddleOCR 模型（ONNX 文件）的文件夹；默认用文图自带的 PP-OCRv4',
    json: '输出 JSON，带每行的置信度和位置',
    none: (path) => `${path}：没有找到文字`,
  },
  dataset: {
    description: '在导入之前检查数据集',
    check: '读一遍文件夹里的所有图片、文字和特征，指出其中的问题；不需要模型',
    directory: '图片文件夹、带 {split}_imgs.tsv 的文件夹，或 cn_clip 的 LMDB 文件夹',
    split: '读哪一份 split',
    title: ({ directory, kind, split }) =>
      `${directory}：${kind === 'folder' ? '图片文件夹' : kind}${split === null ? '' : `，split ${split}`}`,
    pictures: '图片',
    texts: '文字',
    imageFeatures: '图片特征',
    textFeatures: '文字特征',
    good: (good, total) => `共 ${number(total)} 个，完好 ${number(good)} 个`,
    features: (dimension, missing) => `，${dimension ?? '?'} 维，缺 ${number(missing)} 个`,
    nothingWrong: '没有问题',
    problems: (count) => `${number(count)} 个问题`,
    problem: (code, count) => {
      const sentence = explainCode(code, 'zh');
      return `${code}：${number(count)} 个${sentence === null ? '' : `。${sentence}`}`;
    },
    detail: (item, message) => `${item}：${message}`,
  },
  keys: chineseKeys,
  doctor: doctorChinese,
  backup: {
    description: '把数据库和模型复制到一个文件夹，文图可以直接用它启动；服务器运行时也能备份',
    folder: '还不存在的文件夹，或空文件夹',
    done: (bytes, folder) =>
      `已写入 ${(bytes / 1_000_000).toFixed(1)} MB 的数据库；设置 WENTU_DATA_DIR=${folder} 即可用它启动`,
  },
  verify: {
    description: '通读一份备份：字节、数据页、计数、向量和已复制的原图',
    folder: 'wentu backup 写出的文件夹',
    problem: (problem) => {
      switch (problem.code) {
        case 'OTHER_BYTES':
          return `数据库的字节与写入时不同（现有 ${problem.sizeBytes} 字节，写入时 ${problem.expectedBytes} 字节）；服务器用过这个文件夹也会如此`;
        case 'DAMAGED':
          return `数据页已损坏：${problem.detail}`;
        case 'UNREADABLE':
          return `无法读取数据库：${problem.detail}`;
        case 'NOT_A_STORE':
          return '文件里没有文图的表';
        case 'WRONG_COUNT':
          return `${problem.count} 个图库的图片数不对`;
        case 'NO_EMBEDDING':
          return `${problem.count} 张图片没有向量`;
        case 'BAD_EMBEDDING':
          return `${problem.count} 个向量长度不对`;
        case 'ORIGINAL_MISSING':
          return `缺少 ${problem.count} 张已复制的原图`;
        case 'ORIGINAL_CHANGED':
          return `${problem.count} 张已复制的原图与导入时的字节不同`;
      }
    },
    damaged: (folder) => `备份 ${folder} 已损坏；请保留更早的备份`,
    sound: ({ images, originals, sizeBytes, madeAt }) =>
      `备份完好：${images} 张图片，${originals} 张已复制的原图，${(sizeBytes / 1_000_000).toFixed(1)} MB` +
      (madeAt === null ? '；由旧版本写出，无法比较字节' : `，写于 ${madeAt}`),
  },
  restore: {
    description: '把备份复制到设置所指的存储（WENTU_DATA_DIR、DATABASE_URL）；须先停止服务器',
    folder: 'wentu backup 写出的文件夹；它保持不变',
    replace: '把现有的 SQLite 数据库移到一旁',
    done: (images) => `已恢复 ${images} 张图片；请启动服务器，它会用数据行重建索引`,
    kept: (path) => `原来的数据库保留为 ${path}`,
  },
};
