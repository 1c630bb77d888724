import fc from 'fast-check';
import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** Values that find mistakes, beside random ones. */
const TEXTS = [
  '',
  '狗',
  'default',
  'Image:1',
  'Image:999999',
  'a/one.png',
  '\u0000',
  '𠀀'.repeat(3),
  '../..',
  '%',
  "'; --",
  '2024-02-30',
];
const NUMBERS = [-1, 0, 1, 2, 1_000, 1_001, 2 ** 31 - 1];

/**
 * Random queries that are valid for the schema, with random arguments.
 * @param maxDepth of fields in fields
 */
export function randomQueries(schema: GraphQLSchema, maxDepth: number): fc.Arbitrary<string> {
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  return selectionOf(schema, query, maxDepth);
}

function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): fc.Arbitrary<string> {
  if (!isObjectType(type)) {
    const [first] = schema.getPossibleTypes(type as Parameters<GraphQLSchema['getPossibleTypes']>[0]);
    if (!first) throw new Error(`${type.name} has no types`);
    return fc.constant(`{ __typename ... on ${first.name} { id } }`);
  }
  const fields = Object.values(type.getFields()).filter((field) => depth > 1 || isLeafType(getNamedType(field.type)));
  const parts = fc
    .subarray(fields, { maxLength: Math.min(3, fields.length) })
    .chain((chosen) =>
      fc.tuple(...chosen.map((field, i) => fieldOf(schema, field, i, depth))).map((texts) => texts.join(' ')),
    );
  return parts.map((text) => `{ __typename ${text} }`);
}

function fieldOf(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  i: number,
  depth: number,
): fc.Arbitrary<string> {
  const type = getNamedType(field.type);
  const rest = isCompositeType(type) ? selectionOf(schema, type, depth - 1) : fc.constant('');
  return fc.tuple(argumentsOf(field.args), rest).map(([args, selection]) => `f${i}: ${field.name}${args} ${selection}`);
}

function argumentsOf(args: readonly (GraphQLArgument | GraphQLInputField)[]): fc.Arbitrary<string> {
  return fieldsOf(args, 3).map((given) => (given === '' ? '' : `(${given})`));
}

function fieldsOf(fields: readonly (GraphQLArgument | GraphQLInputField)[], depth: number): fc.Arbitrary<string> {
  const each = fields.map((field) => {
    const value = valueOf(field.type, depth).map((text) => `${field.name}: ${text}`);
    return isNonNullType(field.type) && field.defaultValue === undefined
      ? value
      : fc.option(value, { nil: '', freq: 1 });
  });
  return fc.tuple(...each).map((given) => given.filter((text) => text !== '').join(', '));
}

function valueOf(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
  if (isNonNullType(type)) return valueOf(type.ofType, depth);
  if (isListType(type))
    return depth <= 0
      ? fc.constant('[]')
      : fc.array(valueOf(type.ofType, depth - 1), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    if (depth <= 0) return fc.constant('{}');
    if (type.isOneOf)
      return fc
        .constantFrom(...fields)
        .chain((field) => valueOf(field.type, depth - 1).map((text) => `{ ${field.name}: ${text} }`));
    return fieldsOf(fields, depth - 1).map((text) => `{ ${text} }`);
  }
  const text = fc
    .oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme' }))
    .map((value) => JSON.stringify(value));
  const byName: Readonly<Record<string, fc.Arbitrary<string>>> = {
    Int: fc.oneof(fc.constantFrom(...NUMBERS), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })).map(String),
    Float: fc
      .oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map((value) => JSON.stringify(value)),
    Boolean: fc.boolean().map(String),
    DateTimeISO: fc.date({ noInvalidDate: true }).map((date) => JSON.stringify(date)),
  };
  return byName[type.name] ?? text;
}
