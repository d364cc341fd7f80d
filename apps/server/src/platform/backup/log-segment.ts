// Arithmetic on positions in PostgreSQL's write-ahead log ("Write-Ahead Log Internals" of its manual).

/** What initdb makes unless told otherwise. */
export const segmentBytes = 16 * 1024 * 1024;
const segmentsPerFile = 0x1_0000_0000n / BigInt(segmentBytes);

/** Number of the segment that holds a position such as `0/1A3F028`. */
export function segmentOf(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/');
  return ((BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)) / BigInt(segmentBytes);
}

/** Position where a segment begins. */
export function positionOf(segment: bigint): string {
  const position = segment * BigInt(segmentBytes);
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`.toUpperCase();
}

const hex = (value: bigint) => value.toString(16).toUpperCase().padStart(8, '0');

/** Name of a segment's file: 24 hexadecimal digits. */
export function segmentName(timeline: number, segment: bigint): string {
  return hex(BigInt(timeline)) + hex(segment / segmentsPerFile) + hex(segment % segmentsPerFile);
}

/** Name of the segment after the one of that name, on the same time line. */
export function nextSegmentName(name: string): string {
  const segment = BigInt(`0x${name.slice(8, 16)}`) * segmentsPerFile + BigInt(`0x${name.slice(16)}`);
  return segmentName(Number.parseInt(name.slice(0, 8), 16), segment + 1n);
}
