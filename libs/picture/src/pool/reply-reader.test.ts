import { encodeHead, type Reply } from '../decoder/frames';
import { ReplyReader, type Answer } from './reply-reader';

const done = (parts: Record<string, Uint8Array>): Buffer => {
  const lengths = Object.entries(parts).map(([name, { length }]) => ({ name, length }));
  const reply: Reply = { kind: 'done', header: { width: 7 }, parts: lengths, rssBytes: 1 };
  const body = Object.values(parts);
  return Buffer.concat([
    encodeHead(
      reply,
      body.reduce((sum, { length }) => sum + length, 0),
    ),
    ...body,
  ]);
};
const failed: Reply = { kind: 'failed', code: 'DECODE_FAILED', message: '坏', rssBytes: 1 };

test.each([1, 3, 8, 1_000_000])('replies are assembled from pieces of %i bytes', (pieceBytes) => {
  const answers: Answer[] = [];
  const reader = new ReplyReader((answer) => answers.push(answer));
  const pixels = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251);
  const sent = Buffer.concat([
    done({ pixels, preview: Uint8Array.of(1, 2) }),
    encodeHead(failed, 0),
    done({ bytes: new Uint8Array(0) }),
    done({ pixels }),
  ]);
  for (let at = 0; at < sent.length; at += pieceBytes) reader.push(sent.subarray(at, at + pieceBytes));
  expect(answers.map(({ reply }) => reply.kind)).toEqual(['done', 'failed', 'done', 'done']);
  expect(answers[0]!.parts).toEqual({ pixels, preview: Uint8Array.of(1, 2) });
  expect(answers[0]!.parts['pixels']!.buffer.byteLength).toBe(1_000);
  expect(answers[1]!.reply).toEqual(failed);
  expect(answers[2]!.parts).toEqual({ bytes: new Uint8Array(0) });
  expect(answers[3]!.parts).toEqual({ pixels });
});

test('impossible lengths are refused before memory is allocated for them', () => {
  const reader = new ReplyReader(() => undefined);
  expect(() => reader.push(Buffer.alloc(8, 0xff))).toThrow(/has 4294967295 and 4294967295 bytes, which is too long/);
  const liar = encodeHead({ kind: 'done', header: {}, parts: [{ name: 'pixels', length: 9 }], rssBytes: 1 }, 5);
  expect(() => new ReplyReader(() => undefined).push(liar)).toThrow(/its parts have another size/);
});
