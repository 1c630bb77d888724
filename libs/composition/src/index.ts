export { parseConfig, type Config } from './config';
export { openApp, type App } from './open-app';
export type { Readiness } from './readiness';
