import { useEffect, useState } from 'react';

import { pictureFiles, type PictureFiles } from '../logic/src/files';
import type * as Received from './received';

/**
 * Pictures that the system gives to the installed page, or that the address names: one is searched with, several are
 * offered for a load. The functions must not change between renders.
 * @returns why the picture of the address did not come; null: nothing is wrong
 */
export function useReceived(onPicture: (file: Blob) => void, onFiles: (files: PictureFiles) => void): unknown {
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    let isLeft = false;
    const receive = ({ receivePictures }: typeof Received): void => {
      if (isLeft) return;
      receivePictures((files) => {
        const [first, ...others] = files;
        if (first && others.length === 0) onPicture(first);
        else
          onFiles(
            pictureFiles(files.filter((file) => file instanceof File).map((file) => ({ path: file.name, file }))),
          );
      }, setProblem);
    };
    // Other visits of a browser receive nothing.
    const isNamed = /[?&](shared|picture)=/.test(location.search);
    if (isNamed || matchMedia('not all and (display-mode: browser)').matches)
      import('./received').then(receive, () => undefined);
    return () => {
      isLeft = true;
    };
  }, [onPicture, onFiles]);
  return problem;
}
