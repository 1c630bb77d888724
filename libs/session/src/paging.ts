import { InvalidInputError } from '@wentu/domain';
import { checkCount, MAX_PAGE } from './checks';

/** A page of a list, forwards only (https://relay.dev/graphql/connections.htm). */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface PageArguments {
  /** 0 to 1,000. */
  readonly first: number;
  /** The cursor of the last known node; null for the first page. */
  readonly after: string | null;
}

/** How a list is paged. */
export interface PagedList<Node> {
  /** The prefix of the cursors of this list. A cursor with another prefix is refused. */
  readonly kind: string;
  /** The sort key of a node; unique in the list. */
  readonly keyOf: (node: Node) => string;
  /** @param after the key of the last known node; null: from the beginning */
  readonly read: (after: string | null, limit: number) => Promise<readonly Node[]>;
}

/** Enough for an imageId of control characters, each of which JSON writes as six. */
const LONGEST_CURSOR = 8_192;

/**
 * Reads one page. A cursor contains the key of its node. So it is valid in every process and does not expire, even when
 * the node is deleted.
 * @throws InvalidInputError for a cursor of another list, and for `first` out of its range
 */
export async function pageOf<Node>(list: PagedList<Node>, { first, after }: PageArguments): Promise<Page<Node>> {
  checkCount('first', first, 0, MAX_PAGE);
  const begin = after === null ? null : keyIn(after, list.kind);
  // One more node than the page shows whether there is another page.
  const nodes = await list.read(begin, first + 1);
  return {
    edges: nodes.slice(0, first).map((node) => ({ node, cursor: cursorOf(list.kind, list.keyOf(node)) })),
    hasNextPage: nodes.length > first,
    hasPreviousPage: begin !== null,
  };
}

function cursorOf(kind: string, key: string): string {
  return Buffer.from(`${kind}:${key}`).toString('base64url');
}

function keyIn(cursor: string, kind: string): string {
  const text = cursor.length > LONGEST_CURSOR ? '' : Buffer.from(cursor, 'base64url').toString();
  const key = text.startsWith(`${kind}:`) ? text.slice(kind.length + 1) : '';
  if (key !== '' && cursorOf(kind, key) === cursor) return key;
  const shown = JSON.stringify(cursor.slice(0, 100));
  throw new InvalidInputError(`after is ${shown}; give the endCursor of a page of this list, or leave it out`);
}
