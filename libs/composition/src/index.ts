export { isLoopback, parseConfig, type Config } from './config';
export { openApp, type App, type Identities } from './open-app';
export type { Readiness } from './readiness';
