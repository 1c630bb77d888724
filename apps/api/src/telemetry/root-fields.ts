import { Kind, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode | undefined>>;

/**
 * The root fields of an operation by their keys in the answer. For validated documents the names are fields of the
 * schema; names and aliases that clients choose are only keys.
 */
export function rootFieldsOf({ selectionSet }: OperationDefinitionNode, fragments: Fragments): Map<string, string> {
  const fields = new Map<string, string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields.set((selection.alias ?? selection.name).value, selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      else {
        const fragment = fragments[selection.name.value];
        if (fragment) visit(fragment.selectionSet);
      }
    }
  };
  visit(selectionSet);
  return fields;
}

/** One name for metrics. */
export function fieldLabel(fields: ReadonlyMap<string, string>): string {
  const names = new Set(fields.values());
  const [first = 'none'] = names;
  if ([...names].every((name) => name.startsWith('__'))) return names.size === 0 ? 'none' : 'introspection';
  return names.size > 1 ? 'several' : first;
}
