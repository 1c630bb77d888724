/** Brands as they are written. Cameras write them in capitals, or with the name of the company. */
const BRANDS = [
  'Konica Minolta',
  'Canon',
  'Casio',
  'Epson',
  'Fujifilm',
  'Google',
  'Hasselblad',
  'Honor',
  'Huawei',
  'Kodak',
  'Leica',
  'Lenovo',
  'Minolta',
  'Motorola',
  'Nikon',
  'Nokia',
  'Olympus',
  'Panasonic',
  // Cameras of this brand name their maker Ricoh in newer years.
  'Pentax',
  'Realme',
  'Ricoh',
  'Samsung',
  'Sanyo',
  'Sigma',
  'Sony',
  'Toshiba',
  'Xiaomi',
];

/**
 * Brand and model as photographers write them: `NIKON CORPORATION` and `NIKON D750` are `Nikon D750`.
 * @returns undefined when both are empty
 */
export function cameraName(make: string | undefined, model: string | undefined): string | undefined {
  if (model === undefined) return make === undefined ? undefined : (brandIn(make) ?? make);
  const named = BRANDS.find((brand) => startsWithWord(model, brand));
  if (named !== undefined) return named + model.slice(named.length);
  if (make === undefined || startsWithWord(model, make)) return model;
  return `${brandIn(make) ?? make} ${model}`;
}

function brandIn(make: string): string | undefined {
  const words = ` ${make.toLowerCase()} `.replace(/[.,]/g, ' ');
  return BRANDS.find((brand) => words.includes(` ${brand.toLowerCase()} `));
}

function startsWithWord(text: string, word: string): boolean {
  const next = text[word.length];
  return text.slice(0, word.length).toLowerCase() === word.toLowerCase() && (next === undefined || /[\s_-]/.test(next));
}
