// The entry for the thread of the text tower, without code for pictures.
export { batchTexts } from './batch-texts';
export { loadModel } from './model';
export { openTextEncoder } from './text-encoder';
export { TowerRegistry, type TowerSource } from './tower-registry';
