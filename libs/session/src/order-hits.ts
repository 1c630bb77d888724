import { orderValue, type ImageOrder, type ImageRow, type OrderValue } from '@wentu/domain';

/**
 * The hits in another order than that of the search. Hits without the value come last, and hits with equal values stay
 * nearest first.
 */
export function inOrder<Hit extends { readonly image: ImageRow }>(hits: readonly Hit[], order: ImageOrder): Hit[] {
  const valued = hits.map((hit) => ({ hit, value: orderValue(order, hit.image) }));
  const sign = order.direction === 'ASC' ? 1 : -1;
  return valued.sort((a, b) => compare(a.value, b.value, sign)).map(({ hit }) => hit);
}

function compare(a: OrderValue, b: OrderValue, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  // By code points, as databases compare UTF-8.
  if (typeof a === 'string') return sign * Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return sign * (a - Number(b));
}
