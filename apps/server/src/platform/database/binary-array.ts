/**
 * Arrays of many values in PostgreSQL's binary form, which it takes over instead of reading text: a tenth of the work
 * for ids and figures. Used as parameters with the cast of their type, `${uuidArray(ids)}::uuid[]`.
 */

const headerBytes = 20;

/** Ids in their usual form, 36 characters with dashes. */
export function uuidArray(ids: readonly string[]): Buffer {
  const buffer = fixedArray(2950, ids.length, 16);
  let offset = headerBytes;
  for (const id of ids) {
    offset = buffer.writeInt32BE(16, offset);
    for (let place = 0; place < 36; place += 2) {
      // After the 8th, 13th, 18th and 23rd character comes a dash.
      if (place === 8 || place === 13 || place === 18 || place === 23) place += 1;
      buffer[offset] = (nibbles[id.charCodeAt(place)]! << 4) | nibbles[id.charCodeAt(place + 1)]!;
      offset += 1;
    }
  }
  return buffer;
}

export function int4Array(values: readonly number[]): Buffer {
  const buffer = fixedArray(23, values.length, 4);
  let offset = headerBytes;
  for (const value of values) offset = buffer.writeInt32BE(value, buffer.writeInt32BE(4, offset));
  return buffer;
}

export function int8Array(values: readonly bigint[]): Buffer {
  const buffer = fixedArray(20, values.length, 8);
  let offset = headerBytes;
  for (const value of values) offset = buffer.writeBigInt64BE(value, buffer.writeInt32BE(8, offset));
  return buffer;
}

/** Texts that are JSON. */
export function jsonArray(texts: readonly string[]): Buffer {
  const buffer = arrayBuffer(
    114,
    texts.length,
    texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0),
  );
  let offset = headerBytes;
  for (const text of texts) {
    const bytes = buffer.write(text, offset + 4);
    offset = buffer.writeInt32BE(bytes, offset) + bytes;
  }
  return buffer;
}

function fixedArray(elementOid: number, count: number, bytesEach: number): Buffer {
  return arrayBuffer(elementOid, count, count * (4 + bytesEach));
}

// Dimensions, whether there are nulls, type of the elements; then length and first index of the one dimension.
function arrayBuffer(elementOid: number, count: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + bytes);
  [1, 0, elementOid, count, 1].forEach((value, place) => {
    buffer.writeInt32BE(value, place * 4);
  });
  return buffer;
}

const nibbles = new Uint8Array(128);
for (const [value, digits] of [...'0123456789abcdef'].map((digit) => digit + digit.toUpperCase()).entries())
  for (const digit of digits) nibbles[digit.charCodeAt(0)] = value;
