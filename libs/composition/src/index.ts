export { parseConfig, type Config } from './config';
export type { RateLimiter } from './rate-limiter';
export { openApp, type App } from './open-app';
export type { Readiness } from './readiness';
