import { Field, ID, InterfaceType } from 'type-graphql';

/** https://relay.dev/graphql/objectidentification.htm */
@InterfaceType('Node', { description: 'An object with a global id: `node` reads it again.' })
export abstract class NodeType {
  @Field(() => ID, {
    description:
      'Unique over all objects of the API: the name of the type, a colon and a number, such as Image:123. ' +
      'Arguments that take the id of one type also take the number alone.',
  })
  readonly id!: string;
}
