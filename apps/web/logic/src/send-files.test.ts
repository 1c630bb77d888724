import type { NamedFile } from './files';
import { sendFiles, type SendProgress } from './send-files';

const files: NamedFile[] = Array.from({ length: 10 }, (_, i) => ({
  path: `f${i}`,
  file: new File(['x'.repeat(i)], `f${i}`),
}));

test('sends each file once, a few at a time, and continues after a refused one', async () => {
  const sent: string[] = [];
  let [now, most] = [0, 0];
  const progress: SendProgress[] = [];
  const refused = await sendFiles(
    files,
    async ({ path }) => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 1));
      now--;
      sent.push(path);
      return path === 'f3' ? { item: path, code: 'LIMIT_EXCEEDED', message: 'too large' } : null;
    },
    (state) => progress.push(state),
  );
  expect(sent.sort()).toEqual(files.map(({ path }) => path));
  expect(most).toBe(4);
  expect(refused).toEqual([{ item: 'f3', code: 'LIMIT_EXCEEDED', message: 'too large' }]);
  expect(progress.at(-1)).toEqual({ sent: 10, total: 10, share: 1 });
});

test('ends after the last running request and reports no progress afterwards', async () => {
  const progress: SendProgress[] = [];
  let late = false;
  const put = async ({ path }: NamedFile): Promise<null> => {
    if (path === 'f0') throw new Error('offline');
    await new Promise((done) => setTimeout(done, 20));
    late = true;
    return null;
  };
  await expect(sendFiles(files, put, (state) => progress.push(state))).rejects.toThrow('offline');
  expect(late).toBe(true);
  expect(progress).toEqual([]);
});

test('stops when no more files can be sent', async () => {
  const put = jest.fn().mockRejectedValue(new Error('offline'));
  await expect(sendFiles(files, put, () => undefined)).rejects.toThrow('offline');
  expect(put.mock.calls.length).toBeLessThan(5);
});
