// Heights between the points of a grid are those of planes and saddles, which bilinear interpolation has exactly.

import assert from "node:assert/strict"
import { test } from "node:test"

import { GLYPHS, dashed, drape, gridOf, heightAt, marksOf, numbers, reached, walked } from "../../ravine/web/arena/drape.js"
import { OUTLINES } from "../../ravine/web/arena/marks.js"

const saddle = (x, y) => 2 + 3 * x - y + 0.5 * x * y
const range = (from, to, n) => Float32Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1))

function gridFor(height, [left, right, bottom, top] = [-2, 3, -1, 2], n = 11) {
  const [x, y] = [range(left, right, n), range(bottom, top, n)]
  return gridOf({ x, y, z: Array.from(y, (b) => Array.from(x, (a) => height(a, b))) })
}

const GRID = gridFor(saddle)
const SIDES = [0.2, 0.3, 0.05]
const path = (...points) => ({ x: Float32Array.from(points, ([x]) => x), y: Float32Array.from(points, ([, y]) => y) })
const near = (a, b, within = 1e-5) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`)
const size = (thread) => thread.x.filter((v) => !Number.isNaN(v)).length

function lengths(thread) {
  const found = [0]
  for (let k = 1; k < thread.x.length; k++) {
    if (Number.isNaN(thread.x[k])) found.push(0)
    else if (!Number.isNaN(thread.x[k - 1])) {
      const part = ["x", "y", "z"].map((name, i) => (thread[name][k] - thread[name][k - 1]) * SIDES[i])
      found[found.length - 1] += Math.hypot(...part)
    }
  }
  return found
}

test("the height between the points of a grid is bilinear, to its very edge", () => {
  for (const [x, y] of [[0, 0], [-2, -1], [3, 2], [3, -1], [0.123, 1.77], [-1.99, 1.99]]) near(heightAt(GRID, x, y), saddle(x, y))
})

test("there is no height off the grid or beside a hole", () => {
  for (const [x, y] of [[-2.01, 0], [3.01, 0], [0, -1.1], [0, 2.1], [NaN, 0], [0, NaN], [Infinity, 0]]) {
    assert.ok(Number.isNaN(heightAt(GRID, x, y)))
  }
  const holed = gridFor((x, y) => (x > 1 ? NaN : saddle(x, y)))
  near(heightAt(holed, 0.9, 0), saddle(0.9, 0))
  assert.ok(Number.isNaN(heightAt(holed, 1.2, 0)))
})

test("numbers come as lists or as base64 of their bytes", () => {
  const floats = Float32Array.of(1.5, NaN, -3)
  const bdata = Buffer.from(floats.buffer).toString("base64")
  assert.deepEqual(numbers({ dtype: "f4", bdata, shape: "1, 3" }), floats)
  assert.deepEqual([...numbers({ dtype: "f8", bdata: Buffer.from(Float64Array.of(0.1).buffer).toString("base64") })], [0.1])
  assert.deepEqual(numbers([[1, 2], [3, 4]]), [1, 2, 3, 4])
})

test("a draped path lies a little above the ground, everywhere between its steps too", () => {
  const { x, y, z, step } = drape(path([-1, 0], [2, 1], [2, -0.5]), GRID, 0.25)
  assert.ok(x.length > 12)
  x.forEach((a, k) => near(z[k], saddle(a, y[k]) + 0.25))
  assert.equal(step[0], 0)
  assert.equal(step.at(-1), 2)
  for (let k = 1; k < step.length; k++) assert.ok(step[k] > step[k - 1])
  near(y[step.indexOf(1)], 1)
})

test("a step is where it is on its way: half a step is half the way", () => {
  const { x, step } = drape(path([-1, 0], [3, 0]), GRID, 0)
  x.forEach((a, k) => near(a, -1 + 4 * step[k]))
})

test("a path is cut at the frame, and the pen is up until it comes back", () => {
  const { x, y, step } = drape(path([0, 0], [2, 0], [4, 0], [4, 1], [2, 1]), GRID, 0)
  const gap = x.findIndex(Number.isNaN)
  near(x[gap - 1], 3)
  near(step[gap - 1], 1.5)
  near(x[gap + 1], 3)
  near(y[gap + 1], 1)
  near(step[gap + 1], 3.5)
  assert.equal(x.filter(Number.isNaN).length, 1)
})

test("a path ends at the last number", () => {
  for (const lost of [NaN, Infinity, -Infinity]) {
    const { step } = drape(path([0, 0], [1, 1], [lost, 1], [2, 1]), GRID, 0)
    assert.equal(step.at(-1), 1)
  }
  assert.deepEqual(drape(path([NaN, 0], [1, 1]), GRID, 0).x, [])
})

test("a long path has about as many points as it may", () => {
  const swing = path(...Array.from({ length: 301 }, (_, k) => [k % 2 ? -1.9 : 2.9, (k % 3) * 0.6]))
  const few = drape(swing, GRID, 0, 1000)
  assert.ok(few.x.length > 700 && few.x.length < 1400, `${few.x.length}`)
  assert.equal(drape(swing, GRID, 0, 1).x.length, 301)
})

test("a path that stands still, or has no step, can be draped", () => {
  const still = drape(path([1, 1], [1, 1], [1, 1]), GRID, 0)
  assert.deepEqual(still.step, [0, 1, 2])
  assert.deepEqual(drape(path([1, 1]), GRID, 0).x, [])
  assert.equal(size(dashed(still, [4, 4], SIDES)) > 0, true)
})

test("dashes are as long as the pattern says", () => {
  const thread = drape(path([-2, 0], [3, 0]), GRID, 0)
  const found = lengths(dashed(thread, [60, 30, 15, 30], SIDES)).filter((v) => v > 0)
  assert.ok(found.length > 4)
  found.slice(0, -1).forEach((length, i) => near(length, (i % 2 ? 15 : 60) / 300, 1e-6))
})

test("dashes and gaps together are the whole way, and a solid line is left as it is", () => {
  const thread = drape(path([-2, 0], [3, 0], [3, 2], [-1, 1]), GRID, 0)
  const whole = lengths(thread)[0]
  const on = lengths(dashed(thread, [10, 10], SIDES)).reduce((a, b) => a + b)
  near(on / whole, 0.5, 0.02)
  assert.equal(dashed(thread, [], SIDES), thread)
})

test("a very long path has longer dashes, not countless ones", () => {
  const swing = path(...Array.from({ length: 2001 }, (_, k) => [k % 2 ? -1.9 : 2.9, (k % 3) * 0.6]))
  const cut = dashed(drape(swing, GRID, 0, 2000), [2, 4], SIDES)
  const dashes = cut.x.filter(Number.isNaN).length
  assert.ok(dashes > 300 && dashes < 500, `${dashes}`)
})

test("dashes end where the pen is up, and steps never fall", () => {
  const thread = drape(path([0, 0], [2, 0], [4, 0], [4, 1], [2, 1]), GRID, 0)
  const { x, y, step } = dashed(thread, [10, 5], SIDES)
  for (let k = 1; k < step.length; k++) assert.ok(step[k] >= step[k - 1])
  for (let k = 1; k < x.length; k++) {
    if (![x[k], x[k - 1]].some(Number.isNaN)) assert.ok(Math.abs(y[k] - y[k - 1]) < 0.5, "a dash across the gap")
  }
})

test("what is walked ends exactly at the position", () => {
  const thread = drape(path([-1, 0], [3, 0], [3, 2]), GRID, 0)
  for (const position of [0.01, 0.25, 0.5, 1, 1.3, 2]) {
    const { x, y, z } = walked(thread, position)
    near(x.at(-1), position <= 1 ? -1 + 4 * position : 3)
    near(y.at(-1), position <= 1 ? 0 : 2 * (position - 1))
    near(z.at(-1), saddle(x.at(-1), y.at(-1)), 1e-2)
  }
  assert.deepEqual(walked(thread, 9).x, thread.x)
  assert.ok(walked({ x: [], y: [], z: [], step: [] }, 3).x.every(Number.isNaN))
})

test("marks are the steps inside the frame, a few pixels apart", () => {
  const marks = marksOf(path([0, 0], [1, 0], [1.001, 0], [9, 0], [2, 0], [NaN, 0], [0, 0]), GRID, 0.5, SIDES)
  assert.deepEqual(marks.step, [1, 4])
  near(marks.z[0], saddle(1, 0) + 0.5)
})

test("so many steps are not beyond a position", () => {
  const steps = [0, 0.5, 1, 1, 2]
  for (const [position, n] of [[-1, 0], [0, 1], [0.7, 2], [1, 4], [1.5, 4], [2, 5], [7, 5]]) assert.equal(reached(steps, position), n)
  assert.equal(reached([], 1), 0)
})

test("every symbol has a glyph of one character", () => {
  for (const name of Object.keys(OUTLINES)) assert.equal([...(GLYPHS[name] ?? "")].length, 1, name)
})
