export { displayName, filePath, fsPath, isBelow, joinPath, namesBelow, parentPath, type FilePath } from './file-path';
export {
  isOutOfHandles,
  openDirectory,
  openedPath,
  openRegularFile,
  ReplacedError,
  volumeOf,
  type DirectoryEntry,
  type OpenDirectory,
} from './open-checked';
