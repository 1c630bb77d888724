import type { ReactNode } from 'react';
import { Button, FileTrigger } from 'react-aria-components';

import {
  chosenFiles,
  PICTURE_EXTENSIONS,
  pictureFiles,
  type NamedFile,
  type PictureFiles,
} from '../../logic/src/files';
import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { useLanguage } from '../language';
import { UploadIcon } from './icons';

interface Props {
  readonly files: PictureFiles | null;
  readonly onFiles: (files: PictureFiles) => void;
  readonly nameField: ReactNode;
  readonly onSend: (files: readonly NamedFile[]) => void;
}

/** Files of this computer: dropped anywhere on the page, or chosen. */
export function UploadForm({ files, onFiles, nameField, onSend }: Props) {
  const { t, count } = useLanguage();
  const pictures = files?.pictures ?? [];
  const size = pictures.reduce((sum, { file }) => sum + file.size, 0);
  const take = (chosen: FileList | null): void => {
    onFiles(pictureFiles(chosenFiles(chosen ?? [])));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend(pictures);
      }}
    >
      <p>{t.uploadText}</p>
      <div className="drop-zone">
        <UploadIcon />
        <p role="status">
          {files === null
            ? t.dropHere
            : pictures.length === 0
              ? t.noPictureFiles
              : fill(t.filesChosen, { count: count(pictures.length), size: formatBytes(size) })}
        </p>
        {files !== null && files.others > 0 && <p>{fill(t.filesLeftOut, { count: count(files.others) })}</p>}
        <div className="actions">
          <FileTrigger allowsMultiple acceptedFileTypes={['image/*', ...PICTURE_EXTENSIONS]} onSelect={take}>
            <Button>{t.chooseFiles}</Button>
          </FileTrigger>
          <FileTrigger acceptDirectory onSelect={take}>
            <Button>{t.chooseFolder}</Button>
          </FileTrigger>
        </div>
      </div>
      {nameField}
      <div className="actions">
        <button type="submit" className="primary" disabled={pictures.length === 0}>
          {t.startUpload}
        </button>
      </div>
    </form>
  );
}
