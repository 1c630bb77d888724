import { parse, visit } from 'graphql';
import { searchAsGraphql } from './graphql-text';

test.each([{ text: '小狗' }, { text: 'a "quoted" \\ text\nof two lines \u2028' }, { imageId: '相册/1.png' }])(
  '%j is a valid query with this text',
  (query) => {
    const strings: string[] = [];
    visit(parse(searchAsGraphql(query, '我的 "图库"')), { StringValue: ({ value }) => void strings.push(value) });
    expect(strings).toEqual([Object.values(query)[0], '我的 "图库"']);
  },
);
