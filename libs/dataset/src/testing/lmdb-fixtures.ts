import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const FIXTURES = join(__dirname, '../../fixtures/lmdb');

/** A data.mdb from Python's lmdb: tools/make-lmdb-fixtures/make.py. */
export function lmdbFixture(name: string): Buffer {
  return gunzipSync(readFileSync(join(FIXTURES, `${name}.mdb.gz`)));
}

/** The tsv that dataset.mdb was made from. */
export function fixtureTsv(): Buffer {
  return readFileSync(join(FIXTURES, 'dataset_imgs.tsv'));
}
