// Numbers of the reader's own: arrays that come as bytes, from the kernel or with the page, and are no
// part of the state.

/**
 * The arrays of `shapes`, whose bytes follow in their order; `variables` is what Python calls them.
 * @param {Record<string, string>} variables
 * @param {Record<string, number[]>} shapes
 * @param {(ArrayBuffer | ArrayBufferView)[]} bytes
 * @returns {Data}
 */
export function dataOf(variables, shapes, bytes) {
  const arrays = Object.entries(shapes).map(([key, shape], i) => {
    const one = bytes[i];
    const [buffer, from] = ArrayBuffer.isView(one) ? [one.buffer, one.byteOffset] : [one, 0];
    return [key, { shape, values: new Float64Array(buffer.slice(from, from + one.byteLength)) }];
  });
  return { variables, arrays: Object.fromEntries(arrays) };
}

/**
 * The data that a page carries; null where there are none, undefined where there are too many.
 * @param {Config} config
 */
export function carriedData({ variables, data }) {
  if (!variables || !data) return variables ? undefined : null;
  const arrays = Object.entries(data).map(([key, { shape, bytes }]) => {
    const { buffer } = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
    return [key, { shape, values: new Float64Array(buffer) }];
  });
  return { variables, arrays: Object.fromEntries(arrays) };
}

/**
 * Ask the kernel for the data, and call `got` with what it sends; returns what ends the waiting.
 * @param {any} model of anywidget
 * @param {Config} config
 * @param {(data: Data) => void} got
 */
export function askKernel(model, { variables = {} }, got) {
  const heard = ({ shapes }, bytes) => {
    if (!shapes) return;
    end();
    got(dataOf(variables, shapes, bytes));
  };
  const end = () => model.off('msg:custom', heard);
  model.on('msg:custom', heard);
  model.send({ wants: 'data' });
  return end;
}
