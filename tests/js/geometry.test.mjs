// Clipping is compared with a point-by-point walk along the segment, which needs no case distinctions.

import assert from "node:assert/strict"
import { test } from "node:test"

import { around, clip, exit, inside, middle, pointAt, scaled, trail, within } from "../../ravine/web/arena/geometry.js"

const BOX = [-2, 3, -1, 2] // no two sides alike, so that none can stand in for another

const path = (...points) => ({ x: points.map(([x]) => x), y: points.map(([, y]) => y) })

function near(actual, expected, within = 1e-9) {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= within, `${actual} is not ${expected}`))
}

/** Numbers between 0 and 1 that are the same in every run. */
function dice(seed = 1) {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

test("a segment inside the box stays what it is", () => {
  const [p, q] = [[0, 0], [1, 1]]
  const part = clip(p, q, BOX)
  assert.equal(part[0], p)
  assert.equal(part[1], q)
})

for (const [side, outside, edge] of [
  ["left", [-4, 0.5], [-2, 0.5]],
  ["right", [5, 0.5], [3, 0.5]],
  ["bottom", [0.5, -3], [0.5, -1]],
  ["top", [0.5, 6], [0.5, 2]],
]) {
  test(`a segment is cut at the ${side}, on its way out and on its way in`, () => {
    const middle = [0.5, 0.5]
    assert.deepEqual(clip(middle, outside, BOX), [middle, edge])
    assert.deepEqual(clip(outside, middle, BOX), [edge, middle])
  })

  test(`a segment beyond the ${side} is not in the box`, () => {
    const further = outside.map((v, i) => v + (v - edge[i]))
    assert.equal(clip(outside, further, BOX), null)
    assert.equal(clip(further, outside, BOX), null)
    const across = edge[0] === outside[0] ? [1, 0] : [0, 1]
    assert.equal(clip(outside, outside.map((v, i) => v + across[i]), BOX), null)
  })
}

test("a segment between two outside points is cut at both ends, or misses a corner", () => {
  assert.deepEqual(clip([-4, 1], [6, 1], BOX), [[-2, 1], [3, 1]])
  assert.deepEqual(clip([1, 5], [1, -4], BOX), [[1, 2], [1, -1]])
  assert.equal(clip([-4, 1], [0, 5], BOX), null)
  assert.equal(clip([2, -4], [6, 0], BOX), null)
})

test("a segment that stands still is a point", () => {
  assert.deepEqual(clip([1, 1], [1, 1], BOX), [[1, 1], [1, 1]])
  assert.equal(clip([4, 1], [4, 1], BOX), null)
})

test("the part inside the box is the one that a walk along the segment finds", () => {
  const roll = dice()
  const [tally, steps] = [{ hit: 0, miss: 0 }, 500]
  for (let run = 0; run < 600; run++) {
    const [p, q] = [0, 1].map(() => [roll() * 14 - 7, roll() * 12 - 6])
    const walk = Array.from({ length: steps + 1 }, (_, i) => p.map((v, axis) => v + (i / steps) * (q[axis] - v)))
    const within = walk.filter((point) => inside(point, BOX))
    const part = clip(p, q, BOX)
    const stride = Math.hypot(q[0] - p[0], q[1] - p[1]) / steps
    if (within.length) {
      near(part[0], within[0], stride)
      near(part[1], within.at(-1), stride)
    } else if (part) assert.ok(Math.hypot(part[1][0] - part[0][0], part[1][1] - part[0][1]) <= stride)
    tally[within.length ? "hit" : "miss"] += 1
  }
  assert.ok(tally.hit > 100 && tally.miss > 100, JSON.stringify(tally))
})

test("a jump out of the picture is cut exactly, however far it goes", () => {
  assert.deepEqual(clip([1, 1], [1e30, 1], BOX), [[1, 1], [3, 1]])
  near(clip([0, 0], [-4e37, 2e37], BOX)[1], [-2, 1])
})

test("a segment that comes in from where floats are coarser than the box is left out", () => {
  assert.equal(clip([1e20, 0], [-3e20, 0], BOX), null)
  assert.equal(clip([0, 1e18], [0, 1], BOX), null)
  near(clip([-1e6, 0], [3e6, 0], BOX).flat(), [-2, 0, 3, 0], 1e-6)
})

test("the edge of the box is inside it", () => {
  for (const point of [[-2, 0], [3, 0], [0, -1], [0, 2], [3, 2], [1, 1]]) assert.equal(inside(point, BOX), true)
  for (const point of [[-2.1, 0], [3.1, 0], [0, -1.1], [0, 2.1]]) assert.equal(inside(point, BOX), false)
  assert.equal(inside([NaN, 0], BOX), false)
})

test("between two steps a path is on the straight line", () => {
  const line = path([0, 0], [4, -2], [4, 6])
  assert.deepEqual(pointAt(line, 0), [0, 0])
  assert.deepEqual(pointAt(line, 1), [4, -2])
  assert.deepEqual(pointAt(line, 0.25), [1, -0.5])
  assert.deepEqual(pointAt(line, 1.5), [4, 2])
  assert.deepEqual(pointAt(line, 2), [4, 6])
  assert.deepEqual(pointAt(line, 7.5), [4, 6])
})

test("a path is nowhere once it is no number", () => {
  for (const lost of [NaN, Infinity, -Infinity]) {
    const line = path([0, 0], [1, 1], [2, lost], [lost, 3])
    assert.deepEqual(pointAt(line, 1), [1, 1])
    for (const position of [1.5, 2, 2.5, 3]) assert.equal(pointAt(line, position), null)
  }
})

test("a trail in the box is one line through every step", () => {
  const line = path([0, 0], [1, 0], [1, 1], [2, 1])
  assert.deepEqual(trail(line, 3, BOX), [[[0, 0], [1, 0], [1, 1], [2, 1]]])
  assert.deepEqual(trail(line, 1.5, BOX), [[[0, 0], [1, 0], [1, 0.5]]])
  assert.deepEqual(trail(line, 0, BOX), [])
})

test("a trail that leaves and comes back is two lines, each ending at the edge", () => {
  const line = path([0, 0], [2, 0], [4, 0], [4, 1], [2, 1], [0, 1])
  assert.deepEqual(trail(line, 5, BOX), [[[0, 0], [2, 0], [3, 0]], [[3, 1], [2, 1], [0, 1]]])
})

test("a trail that turns back at once outside the box is two lines too", () => {
  assert.deepEqual(trail(path([2, 0], [4, 0], [2, 1]), 2, BOX), [[[2, 0], [3, 0]], [[3, 0.5], [2, 1]]])
})

test("jumps over the box from side to side are lines of their own", () => {
  const line = path([-4, 0], [6, 0], [6, 1], [-4, 1])
  assert.deepEqual(trail(line, 3, BOX), [[[-2, 0], [3, 0]], [[3, 1], [-2, 1]]])
})

test("a trail ends at the last number", () => {
  const line = path([0, 0], [1, 1], [NaN, 1], [2, 1])
  for (const position of [1, 1.5, 2, 3]) assert.deepEqual(trail(line, position, BOX), [[[0, 0], [1, 1]]])
  assert.deepEqual(trail(path([NaN, 0], [1, 1]), 1, BOX), [])
})

test("columns of 32-bit floats make the same trail as lists", () => {
  const columns = { x: Float32Array.of(0, 1, 4), y: Float32Array.of(0, 1, 1) }
  assert.deepEqual(trail(columns, 2, BOX), [[[0, 0], [1, 1], [3, 1]]])
})

test("a path leaves where it crosses the edge, in the direction of that step", () => {
  const line = path([0, 0], [2, 0], [4, 1], [9, 9])
  assert.deepEqual(exit(line, 3, BOX), { at: [3, 0.5], towards: [2, 1], step: 2 })
  assert.deepEqual(exit(line, 1.75, BOX), { at: [3, 0.5], towards: [1.5, 0.75], step: 2 })
  assert.equal(exit(line, 1, BOX), null)
  assert.equal(exit(line, 1.25, BOX), null)
})

test("a path that came back has not left, and of several exits the last one counts", () => {
  const line = path([0, 0], [4, 0], [1, 1], [1, 4], [1, 8])
  assert.equal(exit(line, 2, BOX), null)
  assert.deepEqual(exit(line, 4, BOX), { at: [1, 2], towards: [0, 3], step: 3 })
})

test("a jump over the whole box leaves on its far side", () => {
  assert.deepEqual(exit(path([-4, 0], [6, 0]), 1, BOX), { at: [3, 0], towards: [10, 0], step: 1 })
  assert.equal(exit(path([-4, 5], [6, 5]), 1, BOX), null)
})

test("a path keeps its exit after it is no number", () => {
  assert.equal(exit(path([0, 0], [0, 4], [NaN, NaN]), 2, BOX).step, 1)
  assert.equal(exit(path([0, 0], [1, 1], [Infinity, 1]), 2, BOX), null)
})

test("the exit of a path that swings through the middle ever wider stays on the edge", () => {
  const swing = Array.from({ length: 60 }, (_, k) => [3, -1].map((v) => Math.fround(v * (-4) ** k)))
  const box = [-2, 2, -1, 1]
  for (let position = 1; position < 60; position++) {
    const { at } = exit(path(...swing), position, box)
    assert.ok(Math.max(Math.abs(at[0]) / 2, Math.abs(at[1])) > 0.999, `${at} at ${position} is inside`)
    assert.ok(inside(at, scaled(box, 1.001)), `${at} at ${position} is outside`)
  }
})

test("a scaled box keeps its middle", () => {
  assert.deepEqual(scaled([0, 4, 10, 12], 0.5), [1, 3, 10.5, 11.5])
  assert.deepEqual(scaled([0, 4, 10, 12], 2), [-2, 6, 9, 13])
  assert.deepEqual(scaled(BOX, 1), BOX)
})

test("the middle is that of the points in the box", () => {
  near(middle([[0, 0], [1, 1], [100, 0], null], BOX), [0.5, 0.5])
  near(middle([null, [9, 9]], BOX), [0.5, 0.5])
  near(middle([[3, 2]], BOX), [3, 2])
})

test("a box is scaled around its middle or another place", () => {
  near(scaled(BOX, 2), [-4.5, 5.5, -2.5, 3.5])
  near(scaled(BOX, 0.5, [1, 1]), [-0.25, 2.25, 0.25, 1.75])
})

test("a point is moved into the box, and one that is in it stays", () => {
  assert.deepEqual(within([9, -9], [0, 1, 2, 3]), [1, 2])
  assert.deepEqual(within([0.5, 2.5], [0, 1, 2, 3]), [0.5, 2.5])
})

test("the box around paths holds them all, as far as a window may reach, and is the box when they are in it", () => {
  const inner = { x: [0, 1], y: [0, 1] }
  assert.deepEqual(around([inner], [-2, 2, -2, 2]), [-2, 2, -2, 2])
  const [left, right, bottom, top] = around([inner, { x: [0, 10, NaN, 99], y: [0, -4, 0, 0] }, { x: [0, 1e9], y: [0, 0] }], [-2, 2, -2, 2])
  assert.ok(left < -2 && right > 10 && right < 12 && bottom < -4 && top > 2)
})
