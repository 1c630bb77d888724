import { In, Raw, type FindOperator } from 'typeorm';

/**
 * A condition that a column is one of these values: `In` with one list as its parameter. TypeORM has a parameter for
 * each value of `In`, which takes it longer than SQLite takes for the statement. It writes numbers into the text, so
 * SQLite prepares each statement anew.
 * @param values at most LIST_SLICE
 */
export function among<T extends number | string>(values: Iterable<T>): FindOperator<T> {
  const list = [...values];
  // `IN ()` is not SQL.
  if (list.length === 0) return In<T>([]) as FindOperator<T>;
  const name = `among_${++lists}`;
  return Raw((column) => `${column} IN (:...${name})`, { [name]: list }) as FindOperator<T>;
}

/** Two lists of one statement need different names. */
let lists = 0;
