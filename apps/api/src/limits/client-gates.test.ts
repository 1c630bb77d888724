import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ClientGates } from './client-gates';

function requestOf(client: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.headers['client'] = client;
  return request;
}
const keyOf = ({ headers }: IncomingMessage): string | null => (headers['client'] as string) || null;
const never = new AbortController().signal;

test('a client that holds its places leaves those of the others free', async () => {
  const gates = new ClientGates(keyOf, { perClient: 2, all: 4 });
  const ended: (() => void)[] = [];
  const began: string[] = [];
  const begin = async (client: string, signal = never): Promise<void> => {
    const task = async (): Promise<void> => {
      began.push(client);
      await new Promise<void>((resolve) => ended.push(resolve));
    };
    await gates.run(requestOf(client), task, signal);
  };
  const slow = Array.from({ length: 4 }, () => begin('slow'));
  await expect(begin('slow')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const others = ['a', '', '', ''].map(async (client) => await begin(client));
  await new Promise(setImmediate);
  expect(began).toEqual(['slow', 'slow', 'a', '']);
  // Eight run or wait.
  await expect(begin('c')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^4 requests are waiting/) as string,
  });
  while (ended.length > 0) {
    ended.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all([...slow, ...others]);
  expect(began).toHaveLength(8);
  // A client that leaves while it waits takes no place.
  const [one, two] = [begin('a'), begin('a')];
  const leaving = new AbortController();
  const left = begin('a', leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  for (const end of ended.splice(0)) end();
  await Promise.all([one, two]);
  expect(began).toHaveLength(10);
});
