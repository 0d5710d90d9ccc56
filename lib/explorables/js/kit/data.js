// Arrays that are no part of a state: numbers of the reader's own, and those of the book's own that a
// figure needs (assets.js). They come as bytes, from the kernel or with a page, and with them `arrays`,
// which lists name, shape and dtype of each in their order.

const KINDS = {
  '|i1': Int8Array,
  '|u1': Uint8Array,
  '<u2': Uint16Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
};

/**
 * The arrays, by name, of which bytes tell.
 * @param {Described[]} arrays
 * @param {{ buffer: ArrayBufferLike, byteOffset: number }} bytes
 * @returns {Arrays}
 */
export function arraysOf(arrays, { buffer, byteOffset }) {
  let start = byteOffset;
  return Object.fromEntries(
    arrays.map(({ name, shape, dtype }) => {
      const Kind = KINDS[dtype];
      const own = buffer.slice(start, start + shape.reduce((a, b) => a * b, Kind.BYTES_PER_ELEMENT));
      start += own.byteLength;
      return [name, { shape, values: new Kind(own) }];
    }),
  );
}

/**
 * The bytes of a text in base64.
 * @param {string} text
 */
export function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/**
 * The reader's data that a page carries; null where there are none, undefined where there are too many.
 * @param {Config} config
 */
export function carriedData({ variables, data }) {
  if (!variables || !data) return variables ? undefined : null;
  return { variables, arrays: arraysOf(data.arrays, bytesOf(data.bytes)) };
}

/**
 * Ask the kernel for `wanted`, and call `got` with what it sends; returns what ends the waiting.
 * @param {any} model of anywidget
 * @param {string} wanted
 * @param {(arrays: Arrays, facts: any) => void} got
 */
export function askKernel(model, wanted, got) {
  const heard = ({ of, arrays, facts }, [bytes] = []) => {
    if (of !== wanted) return;
    end();
    const { buffer = bytes, byteOffset = 0 } = bytes; // an ArrayBuffer, or a view of one
    got(arraysOf(arrays, { buffer, byteOffset }), facts);
  };
  const end = () => model.off('msg:custom', heard);
  model.on('msg:custom', heard);
  model.send({ wants: wanted });
  return end;
}
