import { cameraName } from './camera-name';

test.each([
  ['NIKON CORPORATION', 'NIKON D750', 'Nikon D750'],
  ['Canon', 'Canon EOS 5D Mark IV', 'Canon EOS 5D Mark IV'],
  ['SONY', 'ILCE-7M3', 'Sony ILCE-7M3'],
  ['FUJIFILM', 'X-T3', 'Fujifilm X-T3'],
  ['OLYMPUS IMAGING CORP.', 'E-M1', 'Olympus E-M1'],
  ['EASTMAN KODAK COMPANY', 'KODAK Z650', 'Kodak Z650'],
  ['RICOH IMAGING COMPANY, LTD.', 'PENTAX K-1', 'Pentax K-1'],
  ['LEICA CAMERA AG', 'LEICA Q2', 'Leica Q2'],
  ['Apple', 'iPhone 12 Pro', 'Apple iPhone 12 Pro'],
  ['HUAWEI', 'ELE-L29', 'Huawei ELE-L29'],
  ['vivo', 'vivo X90', 'vivo X90'],
  ['DJI', 'FC3170', 'DJI FC3170'],
  ['小相机', '一号', '小相机 一号'],
])('%s and %s are %s', (make, model, name) => expect(cameraName(make, model)).toBe(name));

test('a brand that only begins like a known one is kept', () => {
  expect(cameraName('Sonyx', 'A')).toBe('Sonyx A');
  expect(cameraName('HP', 'HPX')).toBe('HP HPX');
});

test('one of the two is enough', () => {
  expect(cameraName(undefined, 'SONY A7')).toBe('Sony A7');
  expect(cameraName('SAMSUNG TECHWIN CO., LTD.', undefined)).toBe('Samsung');
  expect(cameraName(undefined, undefined)).toBeUndefined();
});
