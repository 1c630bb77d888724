import 'reflect-metadata';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { createSchema } from './schema';

type Described = readonly [name: string, description: string | null | undefined];

/** All parts that GraphiQL and code generators show: types, fields, arguments, enum values and input fields. */
function everything(): Described[] {
  const types = Object.values(createSchema().getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return types.flatMap((type): Described[] => {
    const own: Described = [type.name, type.description];
    if (isEnumType(type)) return [own, ...type.getValues().map((value) => of(type.name, value))];
    if (isInputObjectType(type)) return [own, ...Object.values(type.getFields()).map((field) => of(type.name, field))];
    if (!isObjectType(type) && !isInterfaceType(type)) return [own];
    const fields = Object.values(type.getFields());
    return [
      own,
      ...fields.flatMap((field) => [
        of(type.name, field),
        ...field.args.map((argument) => of(`${type.name}.${field.name}`, argument)),
      ]),
    ];
  });
}

function of(
  owner: string,
  { name, description }: { name: string; description?: string | null | undefined },
): Described {
  return [`${owner}.${name}`, description];
}

test('every part of the schema has a description, in whole sentences', () => {
  const all = everything();
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter(([, description]) => !/^\p{Lu}[^]+\.$/u.test(description ?? '')).map(([name]) => name)).toEqual([]);
});
