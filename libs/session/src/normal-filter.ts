import { checkFilter, normalName, type FilterValue, type ImageFilter } from '@wentu/domain';

/** Ids of images are stored in NFC, so a filter's texts are too. */
export function normalFilter(filter: ImageFilter): ImageFilter {
  const normal = (value: FilterValue): FilterValue => (typeof value === 'string' ? normalName(value) : value);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(normalFilter) };
    case 'not':
      return { ...filter, filter: normalFilter(filter.filter) };
    case 'equal':
      return { ...filter, value: normal(filter.value) };
    case 'oneOf':
      return { ...filter, values: filter.values.map(normal) };
    case 'inFolder':
      return { ...filter, folder: normalName(filter.folder) };
    case 'range':
    case 'exists':
    case 'near':
    case 'takenLocally':
      return filter;
  }
}

/** The filter in the form for stores. @throws InvalidInputError */
export function checkedFilter(filter: ImageFilter): ImageFilter {
  const normal = normalFilter(filter);
  checkFilter(normal);
  return normal;
}
