import assert from "node:assert/strict"
import { test } from "node:test"

import { decades, endless, ends, labelled, signed } from "../../ravine/web/arena/ranges.js"

function spans({ range }, low, high, within = 1e-9) {
  const off = Math.max(Math.abs(range[0] - low), Math.abs(range[1] - high))
  assert.ok(off < within, `[${range}] is not [${low}, ${high}]`)
}

test("decades hold every value, with a twentieth of room", () => {
  const axis = decades([[1, 0.1], [1, 0.01, 100]])
  spans(axis, -2.2, 2.2)
  assert.equal(axis.dtick, 1)
})

test("labels stand on whole powers, at most eight of them, and on round numbers on a short axis", () => {
  assert.equal(decades([[1, 0.1]]).dtick, 1)
  assert.equal(decades([[1, 1e-2]]).dtick, 1)
  assert.equal(decades([[1, 1e-7]]).dtick, 2)
  assert.deepEqual(decades([[3, 0.2]]).ticktext, ["0.2", "0.5", "1", "2"])
  assert.deepEqual(decades([[5.4, 5.35]]).ticktext, ["5.2", "5.4", "5.6"])
  assert.deepEqual(decades([[4.4e-7, 3e-7]]).ticktext.at(-1), "4.5×10<sup>−7</sup>")
  assert.equal(decades([[1, 1e-16]]).dtick, 3)
})

test("a curve that stays where it is has room around it", () => {
  spans(decades([[10, 10, 10]]), 0.975, 1.025)
})

test("zero, infinity and nothing at all do not count", () => {
  spans(decades([[1, 0, -5, NaN, Infinity, 0.001]]), -3.15, 0.15)
})

test("nothing below the last digit of a float is shown", () => {
  spans(decades([[1, 1e-40]]), -16.8, 0.8)
})

test("an axis where every value is smaller than that still has a width", () => {
  spans(decades([[1e-30, 1e-40]]), -16.025, -15.975)
})

test("a curve that starts at zero or at nothing does not hide the others, nor itself", () => {
  spans(decades([[0, 1e-14]]), -14.025, -13.975)
  spans(decades([[NaN, NaN], [1, 0.1]]), -1.05, 0.05)
})

test("a curve that climbs ten thousand times above every start leaves the frame", () => {
  spans(decades([[1, 1e4]]), -0.2, 4.2)
  spans(decades([[1, 1.1e4]]), -0.025, 0.025)
  spans(decades([[1, 1e5], [50, 1]]), -0.25, 5.25)
})

test("curves without one value above zero have a range all the same", () => {
  for (const curves of [[], [[]], [[0, 0]], [[NaN, Infinity]], [[-1, -2]]]) {
    assert.deepEqual(decades(curves), { range: [-1, 1], dtick: 1 })
  }
})

test("a long race of many lanes has a range", () => {
  const lane = Float32Array.from({ length: 2001 }, (_, k) => 10 ** (-k / 500))
  spans(decades(Array.from({ length: 12 }, () => lane)), -4.2, 0.2, 1e-6)
  spans(endless(Array.from({ length: 12 }, () => lane.map((v) => -v))), -1.06, 0.06, 2e-4)
})

test("a linear axis holds every height, with some room", () => {
  spans(endless([[0, -1, -2], [0, 3]]), -2.3, 3.3)
  spans(endless([[4, 4, 4]]), 3.94, 4.06)
})

test("a height that falls or climbs for ever leaves the frame eight starts away", () => {
  spans(endless([[2, -1e9]]), -14.96, 2.96)
  spans(endless([[2, 1e9]]), 1.04, 18.96)
  spans(endless([[-3, -1e9, 1e9]]), -29.88, 23.88)
})

test("from a small start a height may fall eight units", () => {
  spans(endless([[0.1, -1e9]]), -7.9 - 0.48, 0.1 + 0.48)
})

test("a linear axis is not moved by what is no number", () => {
  spans(endless([[1, NaN, 0, -Infinity, Infinity]]), -0.06, 1.06)
  spans(endless([]), -0.06, 0.06)
})

test("an axis of either sign holds zero and every value, and what grows without end leaves it", () => {
  spans(signed([[1, -2, 0.5]]), -2.18, 1.18)
  spans(signed([[NaN, 1, 0.5, 0.25]]), -0.06, 1.06)
  spans(signed([[1, 1, 1, 1, 1, 1e9]]), -0.06, 1.06)
  spans(signed([[NaN]]), -1.12, 1.12)
  spans(signed([[0, 0]]), -0.06, 0.06)
})

test("a curve whose first row is nothing is measured by its first value", () => {
  spans(decades([[NaN, 1, 0.1]]), -1.05, 0.05)
})

test("the ends of runs are on a logarithmic axis unless one is negative, and what left does not count", () => {
  const axis = ends("-", [[1e-20, null, 0.1], [1e-3, 0, 1e9]], [10, 10])
  assert.equal(axis.type, "log")
  spans(axis, -16.75, -0.25)
  const heights = ends("-", [[-3, null, -1], [-2, 1e9, -2]], [4, 4])
  assert.equal(heights.type, "linear")
  spans(heights, -3.12, -0.88)
  assert.equal(ends("log", [[-1e-18, 1e-3]], [1]).type, "log")
  assert.deepEqual(ends("-", [[null, null]], [1]).range, [-1, 1])
})

test("a short axis is labelled as the figures of the server are, at any length and height", () => {
  for (let low = -16; low < 12; low += 0.37) {
    for (let span = 0.02; span < 25; span *= 1.3) {
      const { dtick, tickvals, ticktext } = labelled([low, low + span])
      if (dtick) continue
      const places = tickvals.map(Math.log10)
      assert.ok(places.length >= 2 && places.length <= 8, `${low} ${span}: ${ticktext}`)
      assert.equal(new Set(ticktext).size, places.length)
      places.slice(1).forEach((place, i) => assert.ok(place - places[i] >= span / 9 - 1e-9))
    }
  }
})
