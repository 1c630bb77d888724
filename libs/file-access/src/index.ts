export { displayName, filePath, fsPath, isBelow, joinPath, namesBelow, parentPath, type FilePath } from './file-path';
export {
  isOutOfHandles,
  openDirectory,
  openRegularFile,
  ReplacedError,
  volumeOf,
  type DirectoryEntry,
  type OpenDirectory,
} from './open-checked';
