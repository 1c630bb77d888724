export { isPictureName, PICTURE_HEAD_BYTES, pictureType } from './picture-type';
