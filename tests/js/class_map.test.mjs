import assert from "node:assert/strict"
import { test } from "node:test"

import { looks, scale, shareOf, textOf, tiny, valueOf, wilson } from "../../ravine/web/room/class_map.js"

const STARTS = { x: [-4, 4], y: [-3, 3], columns: 4, rows: 2, fates: ["a", "b", "c"] }
const RATES = { low: 0.001, high: 10, count: 4, symbol: "η", fates: ["a", "b"] }

test("a start is the middle of its cell, row by row from the upper left", () => {
  assert.deepEqual([0, 3, 4, 7].map((number) => valueOf(STARTS, number)), [[-3, 1.5], [3, 1.5], [-3, -1.5], [3, -1.5]])
  assert.deepEqual(shareOf(STARTS, 5), [0.375, 0.75])
  assert.equal(textOf(STARTS, 4), "(−3, −1.5)")
})

test("a rate is the middle of its step of the logarithm", () => {
  const rates = [0, 1, 2, 3].map((number) => valueOf(RATES, number))
  rates.forEach((rate, i) => assert.ok(Math.abs(Math.log10(rate) - (i - 2.5)) < 1e-12))
  assert.equal(textOf(RATES, 3), "η = 3.16")
})

test("no two things that may become of a run look alike, in colour or in shape", () => {
  for (const n of [2, 3, 8]) {
    const found = looks({ fates: Array(n).fill("") })
    assert.equal(found.length, n)
    for (const part of [0, 1]) assert.equal(new Set(found.map((look) => look[part])).size, n)
  }
})

test("the interval is Wilson's", () => {
  for (const [k, n, low, high] of [[8, 10, 0.4902, 0.9433], [0, 20, 0, 0.1611], [20, 20, 0.8389, 1]]) {
    const found = wilson(k, n)
    assert.ok(Math.abs(found[0] - low) < 1e-4 && Math.abs(found[1] - high) < 1e-4, `${found}`)
  }
})

test("what is higher stands higher, and what left above all", () => {
  for (const heights of [[1e-3, 1, 100], [1e-30, 1e-3, 5], [-4, 0, 2], [0, 0, 0], [0, 1e-9], [3]]) {
    const { down, ticks } = scale([...heights, null])
    const places = heights.map(down)
    assert.ok(places.every((place) => place > 0.14 && place < 1), `${heights}: ${places}`)
    places.slice(1).forEach((place, i) => assert.ok(place <= places[i]))
    assert.ok(down(null) < Math.min(...places))
    assert.ok(ticks.length <= 8 && ticks.every(([value]) => down(value) > 0 && down(value) < 1))
  }
  assert.deepEqual(scale([]).ticks, [])
  assert.ok(scale([null]).down(null) > 0)
})

test("small heights are written as by hand", () => {
  assert.equal(tiny(2.1e-27), "2.1·10⁻²⁷")
  assert.equal(tiny(0), "0")
  assert.equal(tiny(12.345), "12.3")
})
