import type { Page } from '@wentu/session';
import { Field, ObjectType, type ClassType } from 'type-graphql';

@ObjectType('PageInfo')
export class PageInfoType {
  constructor(page: PageInfoType) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.startCursor = page.startCursor;
    this.endCursor = page.endCursor;
  }

  @Field(() => Boolean)
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'There are edges before this page. Pages are asked for forwards only.' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Of the first edge; null for an empty page.' })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of the last edge. Give it as `after`, with the other arguments as they were. It does not expire.',
  })
  readonly endCursor: string | null;
}

/** What all pages have: https://relay.dev/graphql/connections.htm */
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

/** The types `NAMEConnection` and `NAMEEdge` of a node type. */
export function connectionType<Node extends object>(name: string, node: ClassType<Node>): ClassType<Connection<Node>> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => node)
    readonly node!: Node;

    @Field(() => String)
    readonly cursor!: string;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionOfNodes implements Connection<Node> {
    @Field(() => [Edge])
    readonly edges!: readonly Edge[];

    @Field(() => PageInfoType)
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
