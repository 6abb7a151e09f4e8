// Paths laid over a surface: heights between the points of a grid, dashes, and the symbols that there are in 3D.
//
// A thread is a path in space: columns x, y, z and `step`, which says at how many steps the path is there. It never
// falls; x, y, z are NaN where the pen is up.

import { clip } from "./geometry.js"

const PER_CELL = 1.5 // pieces of a segment in each cell of the grid that it crosses
const UNIT = 300 // pixels that a side of the picture has, about
const DASHES = 400 // at most so many in a path; longer paths have longer dashes
const APART = 7 // pixels between the marks of a path, at least

/** Letters for the 2D symbols: Plotly has five symbols in 3D, and fonts have these everywhere. */
export const GLYPHS = {
  circle: "●",
  square: "■",
  diamond: "◆",
  cross: "+",
  x: "×",
  star: "★",
  "triangle-up": "▲",
  "triangle-down": "▼",
  "triangle-left": "◄",
  "triangle-right": "►",
  pentagon: "○",
  hexagon: "◊",
  hexagram: "☆",
  bowtie: "□",
  hourglass: "◇",
  "diamond-tall": "◊",
  "diamond-wide": "◇",
  "star-diamond": "✦",
  "star-square": "✶",
}

/** The grid of a surface trace: x, y and its heights, row after row. */
export function gridOf(trace) {
  const [x, y] = [numbers(trace.x), numbers(trace.y)]
  return { x, y, z: numbers(trace.z), box: [x[0], x.at(-1), y[0], y.at(-1)] }
}

/** Numbers of a figure: a list, or base64 of their bytes. */
export function numbers(column) {
  if (!column.bdata) return Array.isArray(column) ? column.flat() : column
  const bytes = Uint8Array.from(atob(column.bdata), (c) => c.charCodeAt(0))
  return new { f4: Float32Array, f8: Float64Array }[column.dtype](bytes.buffer)
}

/** The height at (x, y), bilinear in its cell; NaN off the grid and beside a hole. */
export function heightAt({ x: xs, y: ys, z, box: [left, right, bottom, top] }, x, y) {
  const column = ((x - left) / (right - left)) * (xs.length - 1)
  const row = ((y - bottom) / (top - bottom)) * (ys.length - 1)
  if (!(column >= 0 && column <= xs.length - 1 && row >= 0 && row <= ys.length - 1)) return NaN
  const i = Math.min(Math.floor(column), xs.length - 2)
  const j = Math.min(Math.floor(row), ys.length - 2)
  const [u, v] = [column - i, row - j]
  const at = (a, b) => z[(j + b) * xs.length + i + a]
  return (1 - v) * ((1 - u) * at(0, 0) + u * at(1, 0)) + v * ((1 - u) * at(0, 1) + u * at(1, 1))
}

/** The path {x, y} over the grid, `lift` above it, in about `most` pieces or one a step. */
export function drape(path, grid, lift, most = 3000) {
  const parts = [...partsOf(path, grid.box)]
  const cells = (grid.x.length - 1) / (grid.box[1] - grid.box[0])
  const rows = (grid.y.length - 1) / (grid.box[3] - grid.box[2])
  const sizes = parts.map(([p, q]) => PER_CELL * Math.hypot((q[0] - p[0]) * cells, (q[1] - p[1]) * rows))
  const fewer = Math.min(1, most / sizes.reduce((sum, size) => sum + size, 0))
  const thread = { x: [], y: [], z: [], step: [] }
  parts.forEach(([p, q, from, to, joined], i) => {
    if (!joined && thread.x.length) lay(thread, NaN, NaN, NaN, from)
    const pieces = Math.max(1, Math.ceil(sizes[i] * fewer))
    for (let k = joined ? 1 : 0; k <= pieces; k++) {
      const [x, y] = between(p, q, k / pieces)
      lay(thread, x, y, heightAt(grid, x, y) + lift, from + (k / pieces) * (to - from))
    }
  })
  return thread
}

/** The parts of the path's segments in the box: [p, q, step at p, step at q, whether the last part led here]. */
function* partsOf(path, box) {
  let joined = false
  for (let k = 1; k < path.x.length; k++) {
    const [p, q] = [k - 1, k].map((i) => [path.x[i], path.y[i]])
    if (![...p, ...q].every(Number.isFinite)) return
    const part = clip(p, q, box)
    if (part) yield [...part, k - 1 + share(p, q, part[0]), k - 1 + share(p, q, part[1]), joined && part[0] === p]
    joined = part?.[1] === q
  }
}

/** How far from p to q the point `r` between them is. */
function share(p, q, r) {
  const axis = Math.abs(q[0] - p[0]) > Math.abs(q[1] - p[1]) ? 0 : 1
  return q[axis] === p[axis] ? Number(r === q) : (r[axis] - p[axis]) / (q[axis] - p[axis])
}

/** `thread` cut into dashes: `pattern` has on and off lengths in pixels, `sides` what one unit of x, y, z measures. */
export function dashed(thread, pattern, sides) {
  if (!pattern.length) return thread
  const far = Math.max(1, lengthOf(thread, sides) / (DASHES * (sum(pattern) / UNIT)))
  const lengths = pattern.map((pixels) => (pixels / UNIT) * far)
  const cut = { x: [], y: [], z: [], step: [] }
  let [nth, left] = [0, lengths[0]]
  const isUp = () => !cut.x.length || Number.isNaN(cut.x.at(-1))
  const put = (k, t) => lay(cut, ...["x", "y", "z", "step"].map((name) => mixed(thread[name], k, t)))
  const raise = (step) => isUp() || lay(cut, NaN, NaN, NaN, step)
  for (let k = 0; k + 1 < thread.x.length; k++) {
    const size = distance(thread, k, k + 1, sides)
    if (Number.isNaN(size)) {
      raise(thread.step[k])
      continue
    }
    let t = 0
    if (nth % 2 === 0 && isUp()) put(k, t)
    while (size * (1 - t) > left) {
      t += left / size
      nth = (nth + 1) % lengths.length
      left = lengths[nth]
      put(k, t)
      if (nth % 2) raise(cut.step.at(-1))
    }
    left -= size * (1 - t)
    if (nth % 2 === 0) put(k, 1)
  }
  return cut
}

/** The part of a thread that is walked after `position` steps. Never empty: a thread of nothing is one NaN. */
export function walked(thread, position) {
  const n = reached(thread.step, position)
  const [x, y, z] = ["x", "y", "z"].map((name) => thread[name].slice(0, n))
  if (n > 0 && n < thread.x.length && thread.step[n] > thread.step[n - 1]) {
    const t = (position - thread.step[n - 1]) / (thread.step[n] - thread.step[n - 1])
    for (const [column, name] of [[x, "x"], [y, "y"], [z, "z"]]) column.push(mixed(thread[name], n - 1, t))
  }
  return x.length ? { x, y, z } : { x: [NaN], y: [NaN], z: [NaN] }
}

/** The iterates of a path that get a mark, a few pixels apart: a thread with the pen up in between. */
export function marksOf(path, grid, lift, sides) {
  const marks = { x: [], y: [], z: [], step: [] }
  for (let k = 1; k < path.x.length && Number.isFinite(path.x[k]) && Number.isFinite(path.y[k]); k++) {
    const z = heightAt(grid, path.x[k], path.y[k]) + lift
    if (Number.isNaN(z)) continue
    lay(marks, path.x[k], path.y[k], z, k)
    const n = marks.x.length
    if (n > 1 && distance(marks, n - 2, n - 1, sides) < APART / UNIT) for (const column of Object.values(marks)) column.pop()
  }
  return marks
}

/** How many of the rising `steps` are not beyond `position`. */
export function reached(steps, position) {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle] <= position) low = middle + 1
    else high = middle
  }
  return low
}

function lay(thread, x, y, z, step) {
  thread.x.push(x)
  thread.y.push(y)
  thread.z.push(z)
  thread.step.push(step)
}

function distance(thread, a, b, sides) {
  return Math.hypot(...["x", "y", "z"].map((name, axis) => (thread[name][b] - thread[name][a]) * sides[axis]))
}

function lengthOf(thread, sides) {
  let whole = 0
  for (let k = 1; k < thread.x.length; k++) whole += distance(thread, k - 1, k, sides) || 0
  return whole
}

const sum = (values) => values.reduce((total, value) => total + value, 0)
const between = (p, q, t) => p.map((v, axis) => v + t * (q[axis] - v))
const mixed = (column, k, t) => column[k] + t * (column[k + 1] - column[k])
