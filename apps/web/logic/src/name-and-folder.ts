/** The id of an image as a file in a folder. An id without a folder has an empty one. */
export function nameAndFolder(imageId: string): { readonly file: string; readonly folder: string } {
  const slash = imageId.lastIndexOf('/');
  return { file: imageId.slice(slash + 1) || imageId, folder: imageId.slice(0, Math.max(0, slash)) };
}
