import { nameAndFolder } from './name-and-folder';

test.each([
  ['旅行/2024/海.jpg', '海.jpg', '旅行/2024'],
  ['海.jpg', '海.jpg', ''],
  ['a/', 'a/', 'a'],
  ['', '', ''],
])('the id %j is the file %j in the folder %j', (imageId, file, folder) => {
  expect(nameAndFolder(imageId)).toEqual({ file, folder });
});
