/** A mistake somebody could make, as a replacement of text that occurs exactly once in a file. */
export interface PlantedBug {
  /** What the mistake is, in a line. */
  name: string;
  file: string;
  find: string;
  replace: string;
  project: 'unit' | 'server';
  /** Test files that must fail with it. */
  caughtBy: readonly string[];
}
