/** Options of arguments that several fields have. */

export const FIRST = { description: 'The number of entries, 0 to 1,000.' };

export const AFTER = {
  nullable: true,
  description: 'The endCursor of the previous page; without it, the first page is given.',
};

export const OFFSET = {
  defaultValue: 0,
  description:
    'The number of images before the page, 0 to 10,000,000, for a jump into the list. Not together with after; a page further back takes longer.',
};

/** For fields that read; fields that write use INTO. */
export const IN = {
  nullable: true,
  description:
    'The name of the collection. By default it is the first of these that holds images: default, samples, the others by name.',
};

export const INTO = {
  defaultValue: 'default',
  description: 'The name of the collection, at most 128 characters. A load creates it if it does not exist.',
};

export const COLLECTION = { defaultValue: 'default', description: 'The name of an existing collection.' };

export const OF_COLLECTION = { nullable: true, description: 'Only the loads into the collection of this name.' };

export const IMAGE_ID = { description: 'The imageId of an image in the collection.' };

export const WAIT_FOR_LOAD = {
  defaultValue: false,
  description: 'Whether the answer waits for the end of the load. A client that leaves does not cancel it.',
};

export const LOAD_ID = { description: 'The id of a load, such as LoadJob:3 or 3.' };

export const UPLOAD_ID = { description: 'The id that createUpload gave.' };
