import type { DoctorWords } from './doctor-english';

const size = (bytes: number): string =>
  bytes < 10e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(0)} GB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} 秒`;

export const doctorChinese: DoctorWords = {
  description: '检查设置、模型、存储、磁盘、GPU、时钟和端口，并说明该怎么办；服务器运行时也可以用',
  deep: '把 SQLite 文件读到底：每 100 MB 约一秒',
  states: { OK: '正常', WARNING: '注意', WRONG: '错误' },
  summary: (wrong, warnings) => (wrong + warnings === 0 ? '一切正常' : `${wrong} 项错误，${warnings} 项注意`),
  sentence: ({ code, values: v }) => {
    switch (code) {
      case 'NODE_OK':
        return `Node.js ${v.version}`;
      case 'NODE_OLD':
        return `Node.js ${v.version} 太旧：请安装 20.19 或更新的版本`;
      case 'SETTINGS_OK':
        return `设置：写了 ${v.count} 项，全部有效`;
      case 'SETTINGS_BAD':
        return `${v.message}\n      请改正后再运行 wentu doctor`;
      case 'FOLDER_OK':
        return `数据文件夹 ${v.path}`;
      case 'FOLDER_NEW':
        return `数据文件夹 ${v.path}：首次启动时创建`;
      case 'FOLDER_REFUSED':
        return `数据文件夹无法写入（${v.message}）：请检查 ${v.path} 的所有者和挂载方式，或设置 WENTU_DATA_DIR`;
      case 'SERVER_RUNS':
        return `有服务器正在使用数据文件夹，地址 ${v.address}`;
      case 'DISK_OK':
        return `磁盘：剩余 ${size(v.freeBytes)}`;
      case 'DISK_LOW':
        return `${v.path} 所在磁盘只剩 ${size(v.freeBytes)}：下次导入前请腾出空间`;
      case 'DISK_FULL':
        return `${v.path} 所在磁盘已满（剩余 ${size(v.freeBytes)}）：请腾出空间，在此之前导入会等待`;
      case 'HANDLES_OK':
        return `可打开的文件数：${v.limit}`;
      case 'HANDLES_FEW':
        return `最多只能打开 ${v.limit} 个文件：请把上限提高到 4096 以上（ulimit -n，或 systemd 的 LimitNOFILE）`;
      case 'MEMORY_OK':
        return `内存：${size(v.totalBytes)}`;
      case 'MEMORY_LOW':
        return `本机内存 ${size(v.totalBytes)}，而此模型约需 ${size(v.neededBytes)}：请选较小的模型（wentu model list）`;
      case 'PORT_OK':
        return `端口 ${v.address}`;
      case 'PORT_TAKEN':
        return `另一个程序占用了 ${v.address}：请停止它，或把 PORT 设为其他端口`;
      case 'PORT_REFUSED':
        return `服务器无法监听 ${v.address}（${v.message}）：请检查 HOST 和 PORT`;
      case 'ROOTS_OK':
        return `导入可以读取的文件夹：${v.count} 个`;
      case 'ROOTS_NONE':
        return '导入不能读取任何文件夹：请设置 WENTU_LOAD_ROOTS';
      case 'ROOT_MISSING':
        return `WENTU_LOAD_ROOTS 中的 ${v.path} 无法读取：请挂载它，或检查权限`;
      case 'MODEL_OK':
        return `模型 ${v.name}，所有文件与安装时相同`;
      case 'MODEL_BAD':
        return `模型无法使用：${v.message}`;
      case 'PROVIDER_OK':
        return `已在 ${v.name} 上编码一段文字，用时 ${v.ms} 毫秒`;
      case 'PROVIDER_FELL_BACK':
        return `本机有 GPU，但模型在 CPU 上运行（${v.reason}）：见 docs/gpu.md`;
      case 'PROVIDER_BAD':
        return `模型无法编码文字：${v.message}`;
      case 'ROWS_OK':
        return `元数据存储：${v.what}`;
      case 'ROWS_NEW':
        return `元数据存储：${v.what}；首次启动时创建`;
      case 'ROWS_OLDER':
        return `元数据存储：${v.what}；下次启动会改动它的表，请先备份`;
      case 'ROWS_OTHER':
      case 'ROWS_DAMAGED':
      case 'ROWS_AWAY':
        return `元数据存储：${v.message}`;
      case 'PACKET_SMALL':
        return `数据库服务器只接受 ${size(v.bytes)} 的行，而复制的图片可达 ${size(v.neededBytes)}：请提高 max_allowed_packet，或降低 WENTU_MAX_COPIED_BYTES`;
      case 'INDEX_OK':
        return `向量存储：${v.what}`;
      case 'INDEX_AWAY':
        return `向量存储：${v.message}；请检查 Milvus 是否在运行，以及 MILVUS_ADDRESS`;
      case 'CLOCK_OK':
        return `时钟：与数据库相差 ${seconds(Math.abs(v.offsetMs))}`;
      case 'CLOCK_OFF':
        return `数据库的时钟比本机快 ${seconds(v.offsetMs)}：请让两者都与时间服务器同步`;
      case 'CLOCK_WRONG':
        return `本机时钟不对（${v.now}）：请与时间服务器同步`;
      case 'BACKUP_OK':
        return `上次备份：${v.days} 天前，在 ${v.folder}`;
      case 'BACKUP_OLD':
        return `上次备份已有 ${v.days} 天，或已不在 ${v.folder}：请再备份一次（wentu backup 文件夹）`;
      case 'BACKUP_NONE':
        return '图片还没有备份：请备份一次（wentu backup 文件夹）';
    }
  },
};
