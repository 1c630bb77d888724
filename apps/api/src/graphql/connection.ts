import type { Page } from '@wentu/session';
import { Field, ObjectType, type ClassType } from 'type-graphql';

@ObjectType('PageInfo', { description: 'Where a page is in its list. All connections have it.' })
export class PageInfoType {
  constructor(page: PageInfoType) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.startCursor = page.startCursor;
    this.endCursor = page.endCursor;
  }

  @Field(() => Boolean, { description: 'Whether there are edges after this page.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Whether there are edges before this page. Pages are read forwards only.' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first edge; null for an empty page.' })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last edge; null for an empty page. Give it as after, with the same other arguments. It does not expire.',
  })
  readonly endCursor: string | null;
}

export const CURSOR = 'The place of this entry in the list, for after.';
const EDGES = 'The entries of this page, in the order of the list.';
export const PAGE_INFO = 'Where this page is in the list.';

/** Makes the PageInfo of a page, as Relay defines it: https://relay.dev/graphql/connections.htm */
export function pageInfoOf({
  edges,
  hasNextPage,
  hasPreviousPage,
}: {
  readonly edges: readonly { readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}): PageInfoType {
  const [startCursor = null, endCursor = null] = [edges[0]?.cursor, edges.at(-1)?.cursor];
  return new PageInfoType({ hasNextPage, hasPreviousPage, startCursor, endCursor });
}

/** An object of a connection type. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: PageInfoType;
}

/**
 * The types `NAMEConnection` and `NAMEEdge` of a node type.
 * @param entries the nodes in the plural, for descriptions
 */
export function connectionType<Node extends object>(
  name: string,
  node: ClassType<Node>,
  entries: string,
): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `An entry of a page of ${entries}.` })
  class Edge {
    @Field(() => node, { description: 'The entry itself.' })
    readonly node!: Node;

    @Field(() => String, { description: CURSOR })
    readonly cursor!: string;
  }
  @ObjectType(`${name}Connection`, { description: `A page of ${entries}.` })
  class ConnectionOfNodes implements Connection<Node> {
    @Field(() => [Edge], { description: EDGES })
    readonly edges!: readonly Edge[];

    @Field(() => PageInfoType, { description: PAGE_INFO })
    readonly pageInfo!: PageInfoType;
  }
  return ConnectionOfNodes;
}

/** A page as an object of a connection type. */
export function connectionOf<Row, Node>(page: Page<Row>, toNode: (row: Row) => Node): Connection<Node> {
  return {
    edges: page.edges.map(({ node, cursor }) => ({ node: toNode(node), cursor })),
    pageInfo: pageInfoOf(page),
  };
}
