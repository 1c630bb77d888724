import type { Finding, FindingState } from '@wentu/composition/doctor';

const size = (bytes: number): string =>
  bytes < 10e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(0)} GB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The sentences of `wentu doctor`: what was found, and what to do. */
export const doctorEnglish = {
  description: 'check settings, model, stores, disk, GPU, clock and port, and say what to do; a server may be running',
  deep: 'read the SQLite file to its end: about a second for 100 MB',
  states: { OK: 'ok     ', WARNING: 'warning', WRONG: 'wrong  ' } satisfies Record<FindingState, string>,
  summary: (wrong: number, warnings: number) =>
    wrong + warnings === 0 ? 'everything is right' : `${wrong} wrong, ${warnings} warnings`,
  sentence: ({ code, values: v }: Finding): string => {
    switch (code) {
      case 'NODE_OK':
        return `Node.js ${v.version}`;
      case 'NODE_OLD':
        return `Node.js ${v.version} is too old: install 20.19 or newer`;
      case 'SETTINGS_OK':
        return `settings: ${v.count} set, all valid`;
      case 'SETTINGS_BAD':
        return `${v.message}\n         correct them and run wentu doctor again`;
      case 'FOLDER_OK':
        return `data folder ${v.path}`;
      case 'FOLDER_NEW':
        return `data folder ${v.path}: the first start creates it`;
      case 'FOLDER_REFUSED':
        return `the data folder cannot be written to (${v.message}): check the owner and the mount of ${v.path}, or set WENTU_DATA_DIR`;
      case 'SERVER_RUNS':
        return `a server runs on the data folder, at ${v.address}`;
      case 'DISK_OK':
        return `disk: ${size(v.freeBytes)} free`;
      case 'DISK_LOW':
        return `the disk of ${v.path} has only ${size(v.freeBytes)} left: free some space before the next load`;
      case 'DISK_FULL':
        return `the disk of ${v.path} is full (${size(v.freeBytes)} left): free some space; loads wait until then`;
      case 'HANDLES_OK':
        return `open files: up to ${v.limit}`;
      case 'HANDLES_FEW':
        return `only ${v.limit} files may be open: raise the limit to 4,096 or more (ulimit -n, LimitNOFILE in systemd)`;
      case 'MEMORY_OK':
        return `memory: ${size(v.totalBytes)}`;
      case 'MEMORY_LOW':
        return `the machine has ${size(v.totalBytes)} of memory, and this model needs about ${size(v.neededBytes)}: choose a smaller model (wentu model list)`;
      case 'PORT_OK':
        return `port ${v.address}`;
      case 'PORT_TAKEN':
        return `another program uses ${v.address}: stop it, or set PORT to another port`;
      case 'PORT_REFUSED':
        return `the server cannot listen on ${v.address} (${v.message}): check HOST and PORT`;
      case 'ROOTS_OK':
        return `folders that loads may read: ${v.count}`;
      case 'ROOTS_NONE':
        return 'loads may read no folder: set WENTU_LOAD_ROOTS';
      case 'ROOT_MISSING':
        return `${v.path} of WENTU_LOAD_ROOTS cannot be read: mount it, or check its permissions`;
      case 'MODEL_OK':
        return `model ${v.name}, all files as they were installed`;
      case 'MODEL_BAD':
        return `the model cannot be used: ${v.message}`;
      case 'PROVIDER_OK':
        return `a text was encoded on ${v.name} in ${v.ms} ms`;
      case 'PROVIDER_FELL_BACK':
        return `this machine has a GPU, but the model runs on the CPU (${v.reason}): see docs/gpu.md`;
      case 'PROVIDER_BAD':
        return `the model encodes no text: ${v.message}`;
      case 'ROWS_OK':
        return `metadata store: ${v.what}`;
      case 'ROWS_NEW':
        return `metadata store: ${v.what}; the first start creates it`;
      case 'ROWS_OLDER':
        return `metadata store: ${v.what}; the next start changes its tables, so make a backup before`;
      case 'ROWS_OTHER':
      case 'ROWS_DAMAGED':
      case 'ROWS_AWAY':
        return `metadata store: ${v.message}`;
      case 'PACKET_SMALL':
        return `the database server accepts rows of ${size(v.bytes)}, and copied pictures may have ${size(v.neededBytes)}: raise max_allowed_packet, or lower WENTU_MAX_COPIED_BYTES`;
      case 'INDEX_OK':
        return `vector store: ${v.what}`;
      case 'INDEX_AWAY':
        return `vector store: ${v.message}; check that Milvus runs, and MILVUS_ADDRESS`;
      case 'CLOCK_OK':
        return `clock: ${seconds(Math.abs(v.offsetMs))} from that of the database`;
      case 'CLOCK_OFF':
        return `the clock of the database is ${seconds(v.offsetMs)} ahead of this machine: let both follow a time server`;
      case 'CLOCK_WRONG':
        return `the clock of this machine is wrong (${v.now}): let it follow a time server`;
      case 'BACKUP_OK':
        return `last backup: ${v.days} days ago, in ${v.folder}`;
      case 'BACKUP_OLD':
        return `the last backup is ${v.days} days old or not in ${v.folder} any more: make another one (wentu backup FOLDER)`;
      case 'BACKUP_NONE':
        return 'there is no backup of the pictures: make one (wentu backup FOLDER)';
    }
  },
};

export type DoctorWords = typeof doctorEnglish;
