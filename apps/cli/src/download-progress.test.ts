import { describeDownload } from './download-progress';
import { english } from './words/english';

test('the line of a download shows file, amount, speed and remaining time', () => {
  const download = { file: 'onnx/model.onnx', number: 5, count: 6, receivedBytes: 250e6, sizeBytes: 750e6 };
  expect(describeDownload(download, 5e6, english.progress)).toBe(
    `[${'█'.repeat(8)}${'·'.repeat(16)}]  onnx/model.onnx (5/6)  250.0/750.0 MB  5.0 MB/s  1m40s left`,
  );
  expect(describeDownload({ ...download, sizeBytes: null }, null, english.progress)).toBe(
    `[${'·'.repeat(24)}]  onnx/model.onnx (5/6)  250.0/? MB`,
  );
});
