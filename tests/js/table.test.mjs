import assert from "node:assert/strict"
import { test } from "node:test"

import { lanesOf } from "../../ui/arena/js/table.js"

const coded = (numbers) => [numbers.BYTES_PER_ELEMENT, Buffer.from(numbers.buffer).toString("base64")]
const lanes = [{ id: "a" }, { id: "b" }]

test("each lane gets its rows of every column", () => {
  const table = { x: coded(Float32Array.of(1, 2, 3, 4)), y: coded(Float32Array.of(5, 6, 7, 8)), gap: coded(Float64Array.of(0.1, NaN, Infinity, 1e-300)) }
  const [a, b] = lanesOf({ table, lanes, steps: 1, curves: ["gap"] })
  assert.deepEqual([a.id, ...a.x, ...a.y], ["a", 1, 2, 5, 6])
  assert.deepEqual([...b.y, ...b.curves.gap], [7, 8, Infinity, 1e-300])
  assert.deepEqual(a.arrows, {})
})

test("arrows are there when their columns are", () => {
  const column = coded(Float32Array.of(1, 2, 3, 4))
  const [, b] = lanesOf({ table: { x: column, y: column, step1: column, step2: column }, lanes, steps: 1, curves: [] })
  assert.deepEqual(Object.keys(b.arrows), ["step"])
  assert.deepEqual([...b.arrows.step.x], [3, 4])
})

test("a table from the page is copied: its memory is not ours to write in", () => {
  const arrays = { x: Float32Array.of(1, 2), y: Float32Array.of(3, 4) }
  const table = { schema: { fields: [{ name: "x" }, { name: "y" }] }, getChild: (name) => ({ toArray: () => arrays[name] }) }
  const [lane] = lanesOf({ table, lanes: [{}], steps: 1, curves: [] })
  lane.x[0] = 9
  assert.equal(arrays.x[0], 1)
})
