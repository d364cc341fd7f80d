declare module 'subset-font' {
  /** The part of subset-font that is used: it cuts a font to the given text and fixes its axes. */
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: { targetFormat: 'sfnt' | 'woff2'; variationAxes?: Readonly<Record<string, number>> },
  ): Promise<Buffer>;
}
