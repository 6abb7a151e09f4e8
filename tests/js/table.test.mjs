import assert from "node:assert/strict"
import { test } from "node:test"

import { lanesOf, unpacked } from "../../ravine/web/shared/table.js"

const lanes = [{ id: "a" }, { id: "b" }]

/** A race as the server packs it. */
function packed(columns, more) {
  const table = Object.entries(columns).map(([name, numbers]) => [name, numbers.BYTES_PER_ELEMENT])
  const head = new TextEncoder().encode(JSON.stringify({ lanes, steps: 1, curves: [], ...more, table }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  const all = Buffer.concat([length, head, ...Object.values(columns).map((numbers) => Buffer.from(numbers.buffer))])
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length)
}

test("each lane gets its rows of every column", () => {
  const columns = { x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(5, 6, 7, 8), gap: Float64Array.of(0.1, NaN, Infinity, 1e-300) }
  const data = unpacked(packed(columns, { curves: ["gap"], title: "峡谷" }))
  const [a, b] = lanesOf(data)
  assert.equal(data.title, "峡谷")
  assert.deepEqual([a.id, ...a.x, ...a.y], ["a", 1, 2, 5, 6])
  assert.deepEqual([...b.y, ...b.curves.gap], [7, 8, Infinity, 1e-300])
  assert.deepEqual(a.arrows, {})
})

test("arrows are there when their columns are", () => {
  const column = Float32Array.of(1, 2, 3, 4)
  const [, b] = lanesOf(unpacked(packed({ x: column, y: column, step1: column, step2: column })))
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
