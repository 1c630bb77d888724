import { NODE_TYPES, nodeId, parseId, parseNodeId, parseNodeIds } from './node-id';

test.each(NODE_TYPES)('the id of a %s contains its type, and is parsed back', (type) => {
  expect(parseNodeId(nodeId(type, 12))).toEqual({ type, id: 12 });
});

test.each(['', '12', 'Image', 'Image:', 'Image:0', 'Image:-1', 'Image: 1', 'Image:1.5', 'image:1', 'Upload:1'])(
  '%j is not a global id',
  (text) => {
    expect(parseNodeId(text)).toBeNull();
  },
);

test('an argument accepts a plain id and a global id, but no id of another type', () => {
  expect(parseId('12', 'Image')).toBe(12);
  expect(parseId('Image:12', 'Image')).toBe(12);
  for (const text of ['LoadJob:12', 'Image:Image:12', 'Image:x', ':12', '99999999999999999'])
    expect([text, parseId(text, 'Image')]).toEqual([text, null]);
});

test('a call may give a hundred ids', () => {
  const ids = Array.from({ length: 101 }, (_, i) => nodeId('Image', i + 1));
  expect(parseNodeIds(ids.slice(1))).toHaveLength(100);
  expect(() => parseNodeIds(ids)).toThrow('ids has 101 entries; give at most 100 per call');
});
