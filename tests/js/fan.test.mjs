import assert from "node:assert/strict"
import { test } from "node:test"

import { Fan, halfFloats, neighbours } from "../../ravine/web/shared/fan.js"

// Bits of half-precision floats, from the standard.
const HALVES = { 0x0000: 0, 0x3c00: 1, 0xbc00: -1, 0x3555: 0.333251953125, 0x7bff: 65504, 0x0001: 2 ** -24, 0x0400: 2 ** -14, 0x7c00: Infinity, 0xfc00: -Infinity }

test("half-precision floats are those of the standard", () => {
  const floats = halfFloats()
  for (const [bits, value] of Object.entries(HALVES)) assert.equal(floats[bits], value)
  assert.ok(Number.isNaN(floats[0x7e00]) && Number.isNaN(floats[0xfe01]))
  assert.ok(Object.is(floats[0x8000], -0))
})

const ONE = 0x3c00
const HALF = 0x3800
/** Two lanes, three stops, one step: lane 1 stays at the middle, lane 0 goes one picture to the right at stop 2. */
const fan = () => {
  const numbers = new Uint16Array(2 * 3 * 2 * 2)
  numbers[2 * 4 + 2] = ONE
  numbers[2 * 4 + 3] = HALF
  return new Fan(numbers, { lanes: 2, stops: 3, steps: 1, view: [-5, 1, 0, 4] })
}

test("a path is counted from the middle of the picture in sizes of it", () => {
  const path = { x: new Float32Array(2), y: new Float32Array(2) }
  fan().read(0, 2, path)
  assert.deepEqual([...path.x, ...path.y], [-2, 4, 2, 4])
  fan().read(1, 2, path)
  assert.deepEqual([...path.x, ...path.y], [-2, -2, 2, 2])
})

test("a lane that the knob does not turn does not move", () => {
  assert.equal(fan().moves(0), true)
  assert.equal(fan().moves(1), false)
})

test("a path is read once and kept", () => {
  const one = fan()
  assert.equal(one.path(0, 1), one.path(0, 1))
  assert.notEqual(one.path(0, 1), one.path(1, 1))
})

test("numbers of another race are refused", () => {
  assert.throws(() => new Fan(new Uint16Array(7), { lanes: 2, stops: 3, steps: 1, view: [0, 1, 0, 1] }), /not of this race/)
})

test("neighbours stand on both sides and stay among the stops", () => {
  assert.deepEqual(neighbours(50, 100), [42, 44, 46, 48, 52, 54, 56, 58])
  assert.deepEqual(neighbours(0, 100), [2, 4, 6, 8])
  assert.deepEqual(neighbours(3, 5, 1), [1])
})
