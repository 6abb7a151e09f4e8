import assert from "node:assert/strict"
import { test } from "node:test"

import { beside, placeOf, rateText } from "../../ravine/web/arena/pointlist.js"

for (const [rate, text] of [
  [0.5, "0.5"],
  [0.49999999999999994, "0.5"],
  [2 / 46, "0.043478"],
  [2 / 3, "0.66666"],
  [2 / 802.0001, "0.0024937"],
  [2, "2"],
  [9.99999, "9.9999"],
]) {
  test(`the rate ${rate} is written ${text}`, () => assert.equal(rateText(rate), text))
}

test("a rate is never written above itself, and hardly below", () => {
  for (let rate = 1.2345678e-6; rate < 1e4; rate *= 1.37) {
    const written = Number(rateText(rate))
    assert.ok(written <= rate * (1 + 1e-11) && written > rate * (1 - 1.01e-4), `${rate}: ${written}`)
  }
})

test("a start beside a point falls away from it, and stays in the picture", () => {
  const saddle = { x: 0, y: 0, vectors: [[0, 1], [1, 0]] }
  assert.deepEqual(beside(saddle, [-2, 2, -2, 2]), [0, 0.001])
  assert.deepEqual(beside(saddle, [-2, 2, -2, 0]), [0, -0.001])
})

test("a place is rounded once, and what is left of a zero is none", () => {
  assert.deepEqual(placeOf({ x: 0.0738519, y: 2.9e-7 }, [-5, 5, -1, 1]), ["0.0739", "0"])
  assert.deepEqual(placeOf({ x: -2.9e-7, y: 1e-3 }, [-5, 5, -1, 1]), ["0", "0.001"])
})
