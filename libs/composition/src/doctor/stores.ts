import { existsSync } from 'node:fs';
import { lastBackup, storeIdentity } from '@wentu/data-folder';
import { isDamaged, WentuError } from '@wentu/domain';
import { checkSqliteStore, openSqliteStore } from '@wentu/metadata';
import type { Config } from '../config';
import { finding, type Finding } from './findings';

/** Leases of loads are compared with the clock of the database. */
const MAX_OFFSET_MS = 2_000;
/** No machine that runs Wentu has an earlier date. */
const EARLIEST = Date.UTC(2025, 0, 1);
const DAY_MS = 24 * 60 * 60_000;
const OLD_DAYS = 30;
/** The preview and the values of a row. */
const ROW_BYTES = 1024 * 1024;

/** @param deep whether a SQLite file is read to its end, which takes about a second for 100 MB */
export async function checkRows(config: Config, deep: boolean): Promise<Finding[]> {
  try {
    return config.database.kind === 'sqlite'
      ? await checkFile(config.database.path, config, deep)
      : await checkServer(config.database.url, config);
  } catch (error) {
    if (!(error instanceof WentuError)) throw error;
    const code = isDamaged(error) ? 'ROWS_DAMAGED' : error.code === 'CONFLICT' ? 'ROWS_OTHER' : 'ROWS_AWAY';
    return [finding(code, { message: error.message })];
  }
}

async function checkFile(path: string, { dataDir }: Config, deep: boolean): Promise<Finding[]> {
  const identity = storeIdentity(dataDir, false);
  const clock = Date.now() < EARLIEST ? [finding('CLOCK_WRONG', { now: new Date().toISOString() })] : [];
  if (!existsSync(path) && identity.expected === null) return [finding('ROWS_NEW', { what: path }), ...clock];
  const store = await openSqliteStore({ path, readOnly: true, identity });
  let images = 0;
  try {
    for (const { imageCount } of await store.collections.list()) images += imageCount;
  } finally {
    await store.close();
  }
  const [problem] = deep ? checkSqliteStore(path).problems : [];
  if (problem) {
    const detail = 'detail' in problem ? problem.detail : problem.code;
    return [finding('ROWS_DAMAGED', { message: `the database at ${path} is damaged: ${detail}` }), ...clock];
  }
  return [finding('ROWS_OK', { what: `SQLite, ${path}` }), ...clock, ...checkBackup(dataDir, images)];
}

async function checkServer(url: string, { dataDir, limits }: Config): Promise<Finding[]> {
  const { inspectMysql } = await import('@wentu/metadata/mysql');
  const { version, maxPacketBytes, clockOffsetMs, storeId, isOlder } = await inspectMysql(url);
  const what = /mariadb/i.test(version) ? version : `MySQL ${version}`;
  const { expected, remedy } = storeIdentity(dataDir, false);
  const offsetMs = Math.round(clockOffsetMs);
  const neededBytes = limits.maxCopiedBytes + ROW_BYTES;
  const isOther = expected !== null && storeId !== expected;
  const message = `this data folder has used the store ${expected}, and the database has ${storeId ?? 'none'}; to change the store, ${remedy}`;
  return [
    isOther
      ? finding('ROWS_OTHER', { message })
      : finding(storeId === null ? 'ROWS_NEW' : isOlder ? 'ROWS_OLDER' : 'ROWS_OK', { what }),
    ...(maxPacketBytes < neededBytes ? [finding('PACKET_SMALL', { bytes: maxPacketBytes, neededBytes })] : []),
    finding(Math.abs(offsetMs) > MAX_OFFSET_MS ? 'CLOCK_OFF' : 'CLOCK_OK', { offsetMs }),
    ...(storeId === null ? [] : checkBackup(dataDir, 1)),
  ];
}

function checkBackup(dataDir: string, images: number): Finding[] {
  const last = lastBackup(dataDir);
  if (!last) return images > 0 ? [finding('BACKUP_NONE', {})] : [];
  const days = Math.floor((Date.now() - Date.parse(last.madeAt)) / DAY_MS);
  return [finding(days > OLD_DAYS || !existsSync(last.folder) ? 'BACKUP_OLD' : 'BACKUP_OK', { ...last, days })];
}

export async function checkIndex({ vectorStore, milvus }: Config): Promise<Finding> {
  if (vectorStore === 'embedded') return finding('INDEX_OK', { what: 'embedded' });
  const { MilvusVectorStore } = await import('@wentu/vector-store/milvus');
  const store = await MilvusVectorStore.open(milvus);
  try {
    await store.ping();
    return finding('INDEX_OK', { what: `Milvus, ${milvus.address}` });
  } catch (error) {
    return finding('INDEX_AWAY', { message: (error as Error).message });
  } finally {
    await store.close();
  }
}
