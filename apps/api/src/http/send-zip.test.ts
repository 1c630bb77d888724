import { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { NO_FACTS, NO_OWN, UnavailableError, type ImageRow } from '@wentu/domain';
import { fromBuffer } from 'yauzl';
import { MISSING_NAME, sendZip } from './send-zip';
import { TICKET_MS, ZipTickets } from './zip-tickets';

function image(id: number, imageId: string, mimeType = 'image/jpeg'): ImageRow {
  return {
    ...{ id, collectionId: 1, imageId, state: 'READY', contentHash: '', mimeType, width: 1, height: 1, sizeBytes: 1 },
    ...{ original: { kind: 'reference', path: '/x', modifiedAtMs: Date.UTC(2024, 4, 5, 6, 7, 8) } },
    ...{ facts: NO_FACTS, own: NO_OWN },
  };
}

/** The files of a zip file by their names; a wrong checksum is an error. */
async function unzip(zip: Buffer): Promise<Record<string, string>> {
  return await new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true, validateEntrySizes: true }, (failure, file) => {
      if (failure) return reject(failure);
      const files: Record<string, string> = {};
      file.on('entry', (entry: { fileName: string; compressionMethod: number }) => {
        file.openReadStream(entry as never, (error, stream) => {
          if (error) return reject(error);
          expect([entry.fileName, entry.compressionMethod]).toEqual([
            entry.fileName,
            entry.fileName === MISSING_NAME ? 8 : 0,
          ]);
          buffer(stream).then((bytes) => {
            files[entry.fileName] = bytes.toString();
            file.readEntry();
          }, reject);
        });
      });
      file.on('end', () => resolve(files));
      file.on('error', reject);
      file.readEntry();
    });
  });
}

const never = new AbortController().signal;
async function zipOf(
  images: readonly ImageRow[],
  open: (image: ImageRow) => Promise<Readable | null>,
): Promise<Record<string, string>> {
  const to = new PassThrough();
  const [zip] = await Promise.all([buffer(to), sendZip(images, open, to, never)]);
  return await unzip(zip);
}

test('a thousand pictures, with Chinese names and equal ones, opened one after the other', async () => {
  const images = Array.from({ length: 1_000 }, (_, i) => image(i, i % 2 ? `旅行/${i}/小狗.jpg` : `相册/图${i}.jpg`));
  let [open, most] = [0, 0];
  const files = await zipOf(images, async ({ id }) => {
    most = Math.max(most, ++open);
    const stream = Readable.from([Buffer.from(`picture ${id}`)]);
    stream.once('close', () => open--);
    return stream;
  });
  expect(most).toBeLessThanOrEqual(2);
  expect(Object.keys(files)).toHaveLength(1_000);
  expect(files['小狗.jpg']).toBe('picture 1');
  expect(files['小狗 (500).jpg']).toBe('picture 999');
  expect(files['图8.jpg']).toBe('picture 8');
});

test('a picture that is missing, or whose file ends too early, is a line of a text file', async () => {
  const images = [
    image(1, 'a.jpg'),
    image(2, '没了.jpg'),
    image(3, MISSING_NAME),
    image(4, 'd.jpg'),
    image(5, 'e.jpg'),
    image(6, 'f\n1.jpg'),
  ];
  const files = await zipOf(images, async ({ id }) => {
    if (id === 2) return null;
    if (id === 5) throw new Error('/srv/x: the disk is broken');
    if (id === 6) throw new UnavailableError('the store does not answer; try again later');
    return Readable.from(
      (function* () {
        yield Buffer.from(`begin ${id}`);
        if (id === 4) throw new Error('the file has vanished');
      })(),
    );
  });
  expect(files).toMatchObject({ 'a.jpg': 'begin 1', 'd.jpg': 'begin 4', [`${MISSING_NAME}.jpg`]: 'begin 3' });
  expect(files[MISSING_NAME]!.trim().split('\r\n')).toEqual([
    expect.stringMatching(/^没了\.jpg: the original is not where/),
    expect.stringMatching(/^d\.jpg: the original could not be read to its end/),
    'e.jpg: the original could not be read now; download it again later',
    'f 1.jpg: the store does not answer; try again later',
  ]);
});

test('memory does not grow with the size of the file: the next pieces are read when the client takes them', async () => {
  const piece = Buffer.alloc(256 * 1024, 7);
  let [read, taken, most] = [0, 0, 0];
  const to = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      taken += chunk.length;
      most = Math.max(most, read - taken);
      setImmediate(done);
    },
  });
  const pictures = Array.from({ length: 100 }, (_, i) => image(i, `${i}.jpg`));
  const open = async (): Promise<Readable> =>
    Readable.from(
      (function* () {
        for (let i = 0; i < 4; i++) {
          read += piece.length;
          yield piece;
        }
      })(),
    );
  await sendZip(pictures, open, to, never);
  expect(taken).toBeGreaterThan(100 * 4 * piece.length);
  expect(most).toBeLessThan(16 * piece.length);
});

test('when the client leaves, no further file is opened, and the open one is closed', async () => {
  const leave = new AbortController();
  const opened: Readable[] = [];
  const open = async (): Promise<Readable> => {
    const stream = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1_000);
      })(),
    );
    opened.push(stream);
    return stream;
  };
  const to = new Writable({
    write: (_chunk, _encoding, done) => {
      leave.abort(new Error('gone'));
      setImmediate(done);
    },
  });
  await expect(sendZip([image(1, 'a'), image(2, 'b')], open, to, leave.signal)).rejects.toThrow();
  expect(opened).toHaveLength(1);
  expect(opened[0]!.destroyed).toBe(true);
});

test('an address is valid for ten minutes, and the oldest one makes room', () => {
  let nowMs = 0;
  const tickets = new ZipTickets(() => nowMs);
  const first = tickets.add({ ids: [1], name: 'a' });
  nowMs = TICKET_MS - 1;
  expect(tickets.find(first)).toEqual({ ids: [1], name: 'a' });
  nowMs = TICKET_MS;
  expect(tickets.find(first)).toBeNull();
  const kept = Array.from({ length: 257 }, (_, i) => tickets.add({ ids: [i], name: '' }));
  expect(kept.map((each) => tickets.find(each) !== null)).toEqual([false, ...Array<boolean>(256).fill(true)]);
  expect(tickets.find('nothing')).toBeNull();
});
