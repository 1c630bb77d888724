export { DataFolder } from './data-folder';
export { DuplicateFiles } from './duplicate-files';
export { addedModels, choiceFile } from './layout';
export { lastBackup, type LastBackup } from './last-backup';
export { makeEmpty } from './make-empty';
export { takeLock } from './process-lock';
export { replaceFile } from './replace-file';
export { storeIdentity } from './store-mark';
