export { parseConfig, type Config } from './config';
export { DataFolder } from './data-folder';
export { ModelStore, type AddOptions, type InstalledModel } from './model-store';
export { openApp, type App, type Readiness } from './open-app';
