export { inTime, orLate } from './in-time';
export * from './dataset';
export { diskError } from './disk-error';
export * from './errors';
export * from './load';
export * from './metadata-store';
export * from './model';
export * from './vector-store';
