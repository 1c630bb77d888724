export { compile, createMemory, instantiate, type KernelFunction, type Memory, type Module } from './module';
export * as op from './instructions';
