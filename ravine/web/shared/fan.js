// The paths of the race at every stop of the live knob, fetched once and read while the knob is scrubbed.

let halves = null

/** The value of each of the 65536 half-precision floats (IEEE 754 binary16). */
export function halfFloats() {
  if (halves) return halves
  halves = new Float32Array(65536)
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 0x1f
    const fraction = bits & 0x3ff
    if (exponent === 0) halves[bits] = sign * 2 ** -24 * fraction
    else if (exponent === 31) halves[bits] = fraction ? NaN : sign * Infinity
    else halves[bits] = sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
  }
  return halves
}

export class Fan {
  /** `numbers` are lanes x stops x (steps + 1) x 2 halves, counted from the middle of `view` in sizes of it. */
  constructor(numbers, { lanes, stops, steps, view }) {
    if (numbers.length !== lanes * stops * (steps + 1) * 2) throw new Error("the fan is not of this race")
    Object.assign(this, { numbers, stops, steps, view })
  }

  /** Put the path of one lane at one stop into `path`, {x, y} with steps + 1 floats each. */
  read(lane, stop, { x, y }) {
    const floats = halfFloats()
    const [left, right, bottom, top] = this.view
    const [cx, cy, w, h] = [(left + right) / 2, (bottom + top) / 2, right - left, top - bottom]
    const at = (lane * this.stops + stop) * (this.steps + 1) * 2
    for (let k = 0; k <= this.steps; k++) {
      x[k] = cx + w * floats[this.numbers[at + 2 * k]]
      y[k] = cy + h * floats[this.numbers[at + 2 * k + 1]]
    }
  }

  /** The path of one lane at one stop, kept. */
  path(lane, stop) {
    this.kept ??= new Map()
    const key = lane * this.stops + stop
    if (!this.kept.has(key)) {
      const path = { x: new Float32Array(this.steps + 1), y: new Float32Array(this.steps + 1) }
      this.read(lane, stop, path)
      this.kept.set(key, path)
    }
    return this.kept.get(key)
  }

  /** Whether a lane goes elsewhere when the knob is turned. */
  moves(lane) {
    const size = (this.steps + 1) * 2
    const part = (stop) => this.numbers.subarray((lane * this.stops + stop) * size, (lane * this.stops + stop + 1) * size)
    const [first, last] = [part(0), part(this.stops - 1)]
    return first.some((bits, i) => bits !== last[i])
  }
}

/** The stops of which the fan around stop `at` consists: up to `reach` on either side, one left out between two. */
export function neighbours(at, stops, reach = 4) {
  const near = Array.from({ length: 2 * reach + 1 }, (_, i) => at + 2 * (i - reach))
  return near.filter((stop) => stop !== at && stop >= 0 && stop < stops)
}
