export {
  compile,
  createMemory,
  instantiate,
  PAGE_BYTES,
  type KernelFunction,
  type Memory,
  type Module,
} from './module';
export * as op from './instructions';
