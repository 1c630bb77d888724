import { NotFoundError } from '@wentu/domain';
import { setMeasurementSink, type Measurement } from './measure';
import { measured } from './measured';
import { inTrace, Trace } from './trace';

class Port {
  private readonly rows = [1, 2];
  readonly isRemote = false;

  async list(): Promise<number[]> {
    return this.rows;
  }

  async find(): Promise<never> {
    throw new NotFoundError('nothing');
  }
}

let taken: Measurement[];
beforeEach(() => {
  taken = [];
  setMeasurementSink((measurement) => taken.push(measurement));
});
afterEach(() => setMeasurementSink(null));

test('calls keep their results, their errors and their object, and are measured by method and code', async () => {
  const port = measured(new Port(), 'rows', 'images');
  expect(port.isRemote).toBe(false);
  expect(await port.list()).toEqual([1, 2]);
  await expect(port.find()).rejects.toThrow('nothing');
  expect(taken.map(([name, , labels]) => [name, labels])).toEqual([
    ['storeSeconds', { store: 'rows', port: 'images', method: 'list' }],
    ['storeSeconds', { store: 'rows', port: 'images', method: 'find' }],
    ['storeErrors', { store: 'rows', port: 'images', method: 'find', code: 'NOT_FOUND' }],
  ]);
});

test('calls are steps of the current request', async () => {
  const trace = new Trace('r');
  const [rows, index] = [measured(new Port(), 'rows', 'images'), measured(new Port(), 'index', 'vectors')];
  await inTrace(trace, async () => [await rows.list(), await index.list()]);
  expect(trace.spans.map(({ name }) => name)).toEqual(['rows.images.list', 'index.list']);
});

test('without a sink and a trace nothing is measured', async () => {
  setMeasurementSink(null);
  expect(await measured(new Port(), 'rows', 'images').list()).toEqual([1, 2]);
  expect(taken).toEqual([]);
});
