import { Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import { requestIdOf } from './request-id';
import { fieldLabel, rootFieldsOf } from './root-fields';

function fieldsOf(query: string): Map<string, string> {
  const { definitions } = parse(query);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  return rootFieldsOf(definitions[0] as OperationDefinitionNode, fragments);
}

test('root fields are found by their keys, also in fragments, and names of clients are only keys', () => {
  const fields = fieldsOf(
    'query Mine { a: search ... on Query { b: collections } ...F } fragment F on Query { c: loadJob }',
  );
  expect([...fields]).toEqual([
    ['a', 'search'],
    ['b', 'collections'],
    ['c', 'loadJob'],
  ]);
  expect(fieldLabel(fields)).toBe('several');
});

test('one name for metrics', () => {
  expect(fieldLabel(fieldsOf('{ x: search y: search }'))).toBe('search');
  expect(fieldLabel(fieldsOf('{ __typename __schema { types { name } } }'))).toBe('introspection');
  expect(fieldLabel(new Map())).toBe('none');
});

test('only short ids of safe characters are taken over', () => {
  expect(requestIdOf('a-Z_0.9:x')).toBe('a-Z_0.9:x');
  for (const bad of [undefined, '', 'a b', 'é', 'x'.repeat(65), 'a\nb', ['a']])
    expect(requestIdOf(bad)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
});
