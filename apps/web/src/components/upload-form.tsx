import { useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { Button, FileTrigger } from 'react-aria-components';

import {
  chosenFiles,
  PICTURE_EXTENSIONS,
  pictureFiles,
  splitBySize,
  totalBytes,
  type NamedFile,
  type PictureFiles,
} from '../../logic/src/files';
import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { ServerDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { UploadIcon } from './icons';
import { Failures } from './few-failures';

interface Props {
  readonly files: PictureFiles | null;
  readonly onFiles: (files: PictureFiles) => void;
  readonly nameField: ReactNode;
  readonly onSend: (files: readonly NamedFile[]) => void;
}

/** Files of this computer: dropped on the page, or chosen. */
export function UploadForm({ files, onFiles, nameField, onSend }: Props) {
  const { t, count } = useLanguage();
  const info = useQuery(ServerDocument).data?.serverInfo;
  const { fitting: pictures, tooLarge } = splitBySize(files?.pictures ?? [], info?.maxUploadFileBytes);
  const size = totalBytes(pictures);
  const most = info?.maxUploadBytes ?? Infinity;
  const refused = tooLarge.map(({ path, file }) => {
    const figures = { size: formatBytes(file.size), most: formatBytes(info?.maxUploadFileBytes ?? 0) };
    const message = fill(t.tooLargeText, { ...figures, setting: info?.maxUploadFileSetting ?? '' });
    const params = { maxBytes: info?.maxUploadFileBytes ?? 0, setting: info?.maxUploadFileSetting ?? '' };
    return { item: path, code: 'LIMIT_EXCEEDED', message, detail: { key: 'UPLOAD_FILE_TOO_LARGE', params } };
  });
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
        <p role="status" className={files === null ? 'drop-hint' : undefined}>
          {files === null
            ? t.dropHere
            : files.pictures.length === 0
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
      <Failures title={t.tooLargeTitle} failures={refused} total={refused.length} />
      {size > most && (
        <p role="alert">
          {most === 0 ? t.noUploads : fill(t.uploadTooLarge, { size: formatBytes(size), most: formatBytes(most) })}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={pictures.length === 0 || size > most}>
          {t.startUpload}
        </button>
      </div>
    </form>
  );
}
