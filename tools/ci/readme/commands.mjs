import { buildSchema } from 'graphql';

/** A fenced block, or text in backticks. */
const CODE = /^```(?<language>\w+)\n(?<block>[^]*?)^```$|`(?<inline>[^`\n]+)`/gm;

/**
 * What a reader can run, in the order of the page: shell lines, GraphQL documents, JavaScript, and operations in
 * backticks. Comments and line breaks are left out, so that two languages can be compared.
 * @returns {{ kind: 'sh' | 'graphql' | 'js' | 'operation', text: string }[]}
 */
export function commandsOf(page, schemaText) {
  const schema = buildSchema(schemaText);
  const fields = new Map(
    ['Query', 'Mutation'].flatMap((type) =>
      Object.keys(schema.getType(type).getFields()).map((field) => [field, type.toLowerCase()]),
    ),
  );
  return [...page.matchAll(CODE)].flatMap(({ groups: { language, block, inline } }) => {
    if (language === 'sh') return shellLines(block).map((text) => ({ kind: 'sh', text }));
    if (language === 'graphql') return [{ kind: 'graphql', text: squeeze(block) }];
    if (language === 'js') return [{ kind: 'js', text: block.replaceAll(/ \/\/.*$/gm, '') }];
    if (language !== undefined) throw new Error(`a block of ${language}: say here how it is checked`);
    // A command has arguments, or a setting before it; a name alone is a word of the text.
    if (/^npx wentu \S+ .|^[A-Z_]+=\S+ npm start$/.test(inline)) return [{ kind: 'sh', text: inline }];
    const type = fields.get(/^(\w+)(?:\(.*\))? \{|^(\w+)\(/.exec(inline)?.slice(1).find(Boolean));
    return type === undefined ? [] : [{ kind: 'operation', text: `${type} { ${inline} }` }];
  });
}

/** Commands of a block, each on one line; a text in single quotes may have line breaks. */
function shellLines(block) {
  const lines = block
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/'[^']*'/g, squeeze)
    .split('\n');
  return lines.map((line) => squeeze(line.replace(/\s+# .*$/, ''))).filter((line) => line !== '');
}

function squeeze(text) {
  return text.replaceAll(/\s+/g, ' ').trim();
}
