import { describeDownload } from './download-progress';
import { english } from './words/english';

test('the line of a download shows file, amount, speed and remaining time', () => {
  const file = { file: 'onnx/model.onnx', number: 5, count: 6, receivedBytes: 250e6, sizeBytes: 750e6 };
  const download = { ...file, receivedInAllBytes: 300e6, totalBytes: null };
  expect(describeDownload(download, 5e6, english.progress)).toBe(
    `[${'█'.repeat(8)}${'·'.repeat(16)}]  onnx/model.onnx (5/6)  250.0/750.0 MB  5.0 MB/s  1m40s left`,
  );
  expect(describeDownload({ ...download, totalBytes: 1_200e6 }, 5e6, english.progress)).toBe(
    `[${'█'.repeat(6)}${'·'.repeat(18)}]  onnx/model.onnx (5/6)  300.0/1200.0 MB  5.0 MB/s  3m00s left`,
  );
  expect(describeDownload({ ...download, sizeBytes: null }, null, english.progress)).toBe(
    `[${'·'.repeat(24)}]  onnx/model.onnx (5/6)  250.0/? MB`,
  );
});
