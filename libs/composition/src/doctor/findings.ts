/** What the doctor can find, with the values that its sentence needs. */
interface Findings {
  NODE_OK: { version: string };
  NODE_OLD: { version: string };
  SETTINGS_OK: { count: number };
  SETTINGS_BAD: { message: string };
  FOLDER_OK: { path: string };
  FOLDER_NEW: { path: string };
  FOLDER_REFUSED: { path: string; message: string };
  SERVER_RUNS: { address: string };
  DISK_OK: { path: string; freeBytes: number };
  DISK_LOW: { path: string; freeBytes: number };
  DISK_FULL: { path: string; freeBytes: number };
  HANDLES_OK: { limit: number };
  HANDLES_FEW: { limit: number };
  MEMORY_OK: { totalBytes: number };
  MEMORY_LOW: { totalBytes: number; neededBytes: number };
  PORT_OK: { address: string };
  PORT_TAKEN: { address: string };
  PORT_REFUSED: { address: string; message: string };
  ROOTS_OK: { count: number };
  ROOTS_NONE: object;
  ROOT_MISSING: { path: string };
  MODEL_OK: { name: string; folder: string };
  MODEL_BAD: { message: string };
  PROVIDER_OK: { name: string; ms: number };
  PROVIDER_FELL_BACK: { reason: string };
  PROVIDER_BAD: { message: string };
  ROWS_OK: { what: string };
  ROWS_NEW: { what: string };
  ROWS_OLDER: { what: string };
  ROWS_OTHER: { message: string };
  ROWS_DAMAGED: { message: string };
  ROWS_AWAY: { message: string };
  PACKET_SMALL: { bytes: number; neededBytes: number };
  INDEX_OK: { what: string };
  INDEX_AWAY: { message: string };
  CLOCK_OK: { offsetMs: number };
  CLOCK_OFF: { offsetMs: number };
  CLOCK_WRONG: { now: string };
  BACKUP_OK: { folder: string; days: number };
  BACKUP_OLD: { folder: string; days: number };
  BACKUP_NONE: object;
}

export type FindingCode = keyof Findings;
/** WRONG: the server does not start, or loses something. WARNING: it works, but worse than it could. */
export type FindingState = 'OK' | 'WARNING' | 'WRONG';

export type Finding = {
  [C in FindingCode]: { readonly code: C; readonly state: FindingState; readonly values: Readonly<Findings[C]> };
}[FindingCode];

const WARNINGS = new Set<FindingCode>([
  ...(['DISK_LOW', 'HANDLES_FEW', 'MEMORY_LOW', 'ROOTS_NONE', 'ROOT_MISSING', 'PROVIDER_FELL_BACK'] as const),
  ...(['ROWS_OLDER', 'CLOCK_OFF', 'BACKUP_OLD', 'BACKUP_NONE', 'PACKET_SMALL'] as const),
]);
const WRONG = new Set<FindingCode>([
  ...(['NODE_OLD', 'SETTINGS_BAD', 'FOLDER_REFUSED', 'DISK_FULL', 'PORT_TAKEN', 'PORT_REFUSED', 'MODEL_BAD'] as const),
  ...(['PROVIDER_BAD', 'ROWS_OTHER', 'ROWS_DAMAGED', 'ROWS_AWAY', 'INDEX_AWAY', 'CLOCK_WRONG'] as const),
]);

export function finding<C extends FindingCode>(code: C, values: Findings[C]): Finding {
  const state: FindingState = WRONG.has(code) ? 'WRONG' : WARNINGS.has(code) ? 'WARNING' : 'OK';
  return { code, state, values } as unknown as Finding;
}
