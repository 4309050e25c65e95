/** The media types of the brands of HEIF files (ISO/IEC 23008-12, MIAF, AVIF). */
const BRANDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'image/heic': 'heic heix heim heis',
    'image/heic-sequence': 'hevc hevx hevm hevs',
    'image/heif': 'mif1 mif2 mif3 miaf 1pic tmap pred jpeg vvic MiHB MiHA MiHE MiAB MiPr',
    'image/heif-sequence': 'msf1 jpgs vvis',
    'image/avif': 'avif avis avio MA1A MA1B',
    'image/avci': 'avci',
    'image/avcs': 'avcs',
    'image/hej2k': 'j2ki',
    'image/j2is': 'j2is',
  }).flatMap(([mediaType, brands]) =>
    brands.split(' ').map((brand) => [brand, mediaType] as const),
  ),
);

/** The media types that `heifType` tells. */
export const HEIF_TYPES: ReadonlySet<string> = new Set(BRANDS.values());

/**
 * Size of what precedes the compatible brands: the box's size and type, the major brand and its
 * version.
 */
const HEADER_BYTES = 16;
const BRAND_BYTES = 4;

/**
 * Identifies a HEIF file by its brands: by the major brand, else by the first compatible brand that
 * is known, since a file that names a brand as compatible can be read as one of that kind.
 * Undefined for any other file.
 */
export function heifType(signature: Buffer): string | undefined {
  if (signature.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const major = BRANDS.get(signature.toString('latin1', 8, 12));
  if (major !== undefined) return major;
  const end = Math.min(signature.readUInt32BE(0), signature.length);
  for (let place = HEADER_BYTES; place + BRAND_BYTES <= end; place += BRAND_BYTES) {
    const mediaType = BRANDS.get(signature.toString('latin1', place, place + BRAND_BYTES));
    if (mediaType !== undefined) return mediaType;
  }
  return undefined;
}
