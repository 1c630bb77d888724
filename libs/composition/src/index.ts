export { isLoopback, parseConfig, type Config } from './config';
export { openCounters, type Counter, type Counters, type RateLimiter } from './rate-limiter';
export { openApp, type App, type Identities } from './open-app';
export type { Readiness } from './readiness';
