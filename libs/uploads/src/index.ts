export { RemotePictures } from './remote-pictures';
export { Uploads } from './uploads';
