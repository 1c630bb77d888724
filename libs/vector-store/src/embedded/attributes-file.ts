import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AttributeColumns, type AttributeData } from './attribute-columns';
import { DamagedFileError } from './rows-file';

/** The attributes of a segment that does not change any more. They are read with the first filter. */
export class AttributesFile {
  private read: AttributeColumns | undefined;

  /** @param crc the checksum of the file, from `writeAttributesFile` */
  constructor(
    private readonly path: string,
    private readonly crc: number,
  ) {}

  /** @throws DamagedFileError */
  get columns(): AttributeColumns {
    this.read ??= AttributeColumns.fromData(this.readData());
    return this.read;
  }

  private readData(): AttributeData {
    let bytes;
    try {
      bytes = readFileSync(this.path);
    } catch (cause) {
      throw new DamagedFileError(`${this.path} cannot be read`, { cause });
    }
    if (crc32(bytes) !== this.crc) throw new DamagedFileError(`${this.path} has a wrong checksum`);
    return JSON.parse(bytes.toString()) as AttributeData;
  }
}

/** The file appears only when it is complete. @returns its checksum */
export async function writeAttributesFile(path: string, columns: AttributeColumns): Promise<number> {
  const bytes = Buffer.from(JSON.stringify(columns.toData()));
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return crc32(bytes);
}
