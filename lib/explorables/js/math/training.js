// The mirror of lib/training.py for samples of two features: softmax regression and the multi-class
// SVM, with margin 1. A run trains epoch by epoch, only as far as it is asked, and keeps every
// model on the way, so that walking on costs one epoch and walking back costs nothing.

import { PortableRandom } from './randomness.js';

export const MARGIN = 1;

/** Write a sample's scores into `out`. A model is [w of x, w of y, bias], each with C numbers. */
function scoresInto(out, model, at) {
  for (let c = 0; c < out.length; c++) {
    out[c] = at[0] * model[0][c] + at[1] * model[1][c] + model[2][c];
  }
}

function largest(values) {
  let best = 0;
  for (let c = 1; c < values.length; c++) if (values[c] > values[best]) best = c;
  return best;
}

const LOSSES = {
  cross_entropy: {
    value(z, label) {
      const top = z[largest(z)];
      let total = 0;
      for (let c = 0; c < z.length; c++) total += Math.exp(z[c] - top);
      return Math.log(total) - (z[label] - top);
    },
    /** Turn scores into the gradient with respect to them. */
    slope(z, label) {
      const top = z[largest(z)];
      let total = 0;
      for (let c = 0; c < z.length; c++) total += z[c] = Math.exp(z[c] - top);
      for (let c = 0; c < z.length; c++) z[c] /= total;
      z[label] -= 1;
    },
  },
  hinge: {
    value(z, label) {
      let total = 0;
      for (let c = 0; c < z.length; c++) {
        if (c !== label) total += Math.max(MARGIN - z[label] + z[c], 0);
      }
      return total;
    },
    slope(z, label) {
      const right = z[label];
      let violators = 0;
      for (let c = 0; c < z.length; c++) {
        const counts = c !== label && MARGIN - right + z[c] > 0;
        if (counts) violators += 1;
        z[c] = Number(counts);
      }
      z[label] = -violators;
    },
  },
};

/** The class with the largest score; the first of several. */
export function predict(model, at) {
  const z = new Float64Array(model[2].length);
  scoresInto(z, model, at);
  return largest(z);
}

/** Both losses and the accuracy of a model, averaged over the samples. */
export function judge(model, points) {
  const z = new Float64Array(model[2].length);
  let [entropy, hinge, right] = [0, 0, 0];
  for (const { at, label } of points) {
    scoresInto(z, model, at);
    entropy += LOSSES.cross_entropy.value(z, label);
    hinge += LOSSES.hinge.value(z, label);
    right += Number(largest(z) === label);
  }
  const n = points.length;
  return { cross_entropy: entropy / n, hinge: hinge / n, accuracy: right / n };
}

export class Run {
  #step;
  #epochs;

  /** `batchSize` null takes all samples at once; `schedule` is a function of the epoch. */
  constructor({ points, classes, loss, schedule, batchSize, l2, seed }) {
    const source = new PortableRandom(seed);
    const order = Array.from(points.keys());
    const size = batchSize ?? points.length;
    const zeros = () => new Float64Array(classes);
    const model = [zeros(), zeros(), zeros()];
    const keep = () => ({ model: model.map((w) => w.slice()), ...judge(model, points) });
    this.#epochs = [keep()];

    const z = zeros();
    const gradient = [zeros(), zeros(), zeros()];
    const { slope } = LOSSES[loss];
    const update = (shuffled, start, rate) => {
      const end = Math.min(start + size, shuffled.length);
      for (const g of gradient) g.fill(0);
      for (let i = start; i < end; i++) {
        const { at, label } = points[shuffled[i]];
        scoresInto(z, model, at);
        slope(z, label);
        for (let c = 0; c < classes; c++) {
          const dz = z[c] / (end - start);
          gradient[0][c] += at[0] * dz;
          gradient[1][c] += at[1] * dz;
          gradient[2][c] += dz;
        }
      }
      for (let k = 0; k < 3; k++) {
        const decay = k < 2 ? l2 : 0; // the bias is not penalised
        for (let c = 0; c < classes; c++) {
          model[k][c] -= rate * (gradient[k][c] + decay * model[k][c]);
        }
      }
    };
    this.#step = (epoch) => {
      const rate = schedule(epoch);
      const shuffled = size >= points.length ? order : source.permutation(points.length);
      for (let start = 0; start < points.length; start += size) {
        update(shuffled, start, rate);
      }
      this.#epochs.push(keep());
    };
  }

  /** What came before each epoch and after the last: {model, cross_entropy, hinge, accuracy}. */
  upTo(epochs) {
    while (this.#epochs.length <= epochs) this.#step(this.#epochs.length - 1);
    return this.#epochs.slice(0, epochs + 1);
  }
}

/** Cut a polygon along a line: keep where f(x, y) = a x + b y + c is above 0. */
function cut(polygon, [a, b, c]) {
  const f = ([x, y]) => a * x + b * y + c;
  return polygon.flatMap((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const [u, v] = [f(p), f(q)];
    const kept = u > 0 ? [p] : [];
    if (u > 0 === v > 0) return kept;
    const t = u / (u - v);
    return [...kept, [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]];
  });
}

/**
 * Where a class leads every other by more than `lead`: a polygon, as far as the limits from 0.
 * @param {number[][]} model
 * @param {number} label
 * @param {number} lead
 * @param {number[]} limits
 */
export function region([wx, wy, bias], label, lead, [right, top]) {
  let polygon = [
    [-right, -top],
    [right, -top],
    [right, top],
    [-right, top],
  ];
  for (let c = 0; c < bias.length; c++) {
    if (c === label) continue;
    const less = (w) => w[label] - w[c];
    polygon = cut(polygon, [less(wx), less(wy), less(bias) - lead]);
  }
  return polygon;
}
