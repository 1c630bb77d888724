import { skipToken, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { PictureDetailsDocument, PictureExifDocument, type PictureDetailsQuery } from './generated/operations';
import type { ExifFields } from './components/picture-exif';
import type { PictureLine } from './components/word-layer';
import type { ShownPicture } from './types';

/** EXIF is read from the file, so only for a picture that is looked at for so long. */
const REST_MS = 250;
const NO_LINES: readonly PictureLine[] = [];

export interface PictureDetails {
  /** What the server says about the picture now; null until then, and while the picture is being replaced. */
  readonly known: NonNullable<PictureDetailsQuery['image']> | null;
  /** Whether the original exists; null: its storage does not answer; undefined: not known. */
  readonly hasOriginal: boolean | null | undefined;
  /** The words in the picture. */
  readonly lines: readonly PictureLine[];
  /** Null: the original is missing; undefined: not known. */
  readonly exif: ExifFields | null | undefined;
  readonly hasExifFailed: boolean;
}

/** @param wantsExif the details are seen */
export function usePictureDetails(picture: ShownPicture | undefined, wantsExif: boolean): PictureDetails {
  const id = picture?.image.id;
  const variables = picture && { collection: picture.collection, imageId: picture.image.imageId };
  const details = useQuery(
    PictureDetailsDocument,
    variables ? { variables, fetchPolicy: 'cache-and-network' } : skipToken,
  );
  const [rested, setRested] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(setRested, REST_MS, id);
    return () => {
      clearTimeout(timer);
    };
  }, [id]);
  const exif = useQuery(PictureExifDocument, variables && wantsExif && rested === id ? { variables } : skipToken);
  const known = details.data?.image && details.data.image.id === id ? details.data.image : null;
  const read = exif.data?.image?.id === id ? exif.data?.image : undefined;
  return {
    known,
    hasOriginal: known?.originalAvailable,
    lines: known?.words ?? NO_LINES,
    exif: read?.exif,
    hasExifFailed: rested === id && exif.error !== undefined,
  };
}
