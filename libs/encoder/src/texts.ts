// What the thread of the text tower loads: nothing of pictures.
export { batchTexts } from './batch-texts';
export { loadModel } from './model';
export { openTextEncoder } from './text-encoder';
