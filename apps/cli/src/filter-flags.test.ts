import { Command } from 'commander';
import { addFilterFlags, filterOf, parseOrder, toFilterInput, type FilterFlags } from './filter-flags';
import { english } from './words/english';

function flagsOf(...args: string[]): FilterFlags {
  const command = addFilterFlags(new Command().exitOverride(), english);
  command.configureOutput({ writeErr: () => undefined });
  return command.parse(args, { from: 'user' }).opts();
}

test('options become a filter, and a form of it for the API', () => {
  expect(filterOf(flagsOf())).toBeNull();
  expect(filterOf(flagsOf('--folder', 'a/b'))).toEqual({ kind: 'inFolder', attribute: 'imageId', folder: 'a/b' });
  const filter = filterOf(
    flagsOf(
      ...['--type', 'image/png', '--type', 'image/jpeg', '--camera', 'A', '--lens', 'L', '--folder', 'a'],
      ...['--taken-from', '2024-05-01', '--taken-to', '2024-05-02', '--min-size', '5', '--near', '31.2,-121,5'],
      ...['--has', 'taken-at', 'place', '--lacks', 'lens'],
    ),
  );
  expect(filter).toEqual({
    kind: 'and',
    filters: [
      { kind: 'inFolder', attribute: 'imageId', folder: 'a' },
      { kind: 'oneOf', attribute: 'mimeType', values: ['image/png', 'image/jpeg'] },
      { kind: 'oneOf', attribute: 'camera', values: ['A'] },
      { kind: 'oneOf', attribute: 'lens', values: ['L'] },
      // Both days are whole.
      { kind: 'range', attribute: 'takenAt', from: Date.UTC(2024, 4, 1), to: Date.UTC(2024, 4, 3) - 1 },
      { kind: 'range', attribute: 'sizeBytes', from: 5 },
      { kind: 'near', latitude: 31.2, longitude: -121, km: 5 },
      { kind: 'exists', attribute: 'takenAt' },
      { kind: 'exists', attribute: 'latitude' },
      { kind: 'not', filter: { kind: 'exists', attribute: 'lens' } },
    ],
  });
  expect(JSON.parse(JSON.stringify(filter && toFilterInput(filter)))).toEqual({
    and: [
      { folder: 'a' },
      { mimeType: ['image/png', 'image/jpeg'] },
      { camera: ['A'] },
      { lens: ['L'] },
      { takenAt: { from: '2024-05-01T00:00:00.000Z', to: '2024-05-02T23:59:59.999Z' } },
      { sizeBytes: { from: 5 } },
      { near: { latitude: 31.2, longitude: -121, km: 5 } },
      { has: ['TAKEN_AT'] },
      { has: ['PLACE'] },
      { not: { has: ['LENS'] } },
    ],
  });
});

test('a value that is not understood is refused', () => {
  for (const args of [
    ['--taken-from', 'yesterday'],
    ['--taken-from', '2024-13-01'],
    ['--near', '1,2'],
    ['--near', '1,,2'],
    ['--min-size', '-1'],
    ['--has', 'colour'],
  ])
    expect(() => flagsOf(...args)).toThrow();
  expect(parseOrder(english.filter)('taken:desc')).toEqual({ field: 'TAKEN_AT', direction: 'DESC' });
  expect(parseOrder(english.filter)('name')).toEqual({ field: 'NAME', direction: 'ASC' });
  for (const order of ['', 'colour', 'constructor', 'taken:down', 'taken:desc:1'])
    expect(() => parseOrder(english.filter)(order)).toThrow('loaded, taken, size or name');
  expect(() => toFilterInput({ kind: 'exists', attribute: 'width' })).toThrow('no form in the API');
});
