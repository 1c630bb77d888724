import { parseXmp } from './parse-xmp';

const xmp = (description: string): string =>
  `\uFEFF<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
${description}
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`.slice(1);

test('reads keywords and rating, as an attribute or as an element', () => {
  const bag =
    '<dc:subject><rdf:Bag><rdf:li>海边</rdf:li><rdf:li>cats &amp; dogs &#x41;&#66;</rdf:li></rdf:Bag></dc:subject>';
  const wanted = {
    tags: ['cats & dogs AB', '海边'],
    attributes: [{ name: 'rating', kind: 'number', value: 4 }],
  };
  expect(parseXmp(xmp(`<rdf:Description rdf:about="" xmp:Rating="4">${bag}</rdf:Description>`), 'a.xmp')).toEqual(
    wanted,
  );
  expect(parseXmp(xmp(`<rdf:Description>${bag}<xmp:Rating>4</xmp:Rating></rdf:Description>`), 'a.xmp')).toEqual(wanted);
});

test('gives only what the block has', () => {
  const one =
    '<rdf:Description xmp:Rating="0"><dc:subject><rdf:Seq><rdf:li xml:lang="x">a</rdf:li></rdf:Seq></dc:subject></rdf:Description>';
  expect(parseXmp(xmp(one), 'a.xmp')).toEqual({ tags: ['a'] });
  expect(parseXmp(xmp('<rdf:Description xmp:Rating="-1"/>'), 'a.xmp')).toEqual({
    attributes: [{ name: 'rating', kind: 'number', value: -1 }],
  });
  expect(parseXmp(xmp('<rdf:Description tiff:Make="x"/>'), 'a.xmp')).toBeUndefined();
});

test.each([
  ['a document type', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'],
  ['broken XML', '<x:xmpmeta><rdf:RDF>'],
  ['no XML', 'rating: 5'],
  [
    'a long keyword',
    xmp(`<rdf:Description><dc:subject><rdf:li>${'x'.repeat(65)}</rdf:li></dc:subject></rdf:Description>`),
  ],
])('refuses %s with one line', (_, text) => {
  expect(() => parseXmp(text, 'a.xmp')).toThrow(expect.objectContaining({ code: 'BAD_ATTRIBUTES' }) as Error);
});

test('deep elements are an error, or are left out', () => {
  const deep = `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`;
  try {
    expect(parseXmp(deep, 'a.xmp')).toBeUndefined();
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_ATTRIBUTES' });
  }
});
