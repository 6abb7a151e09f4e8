import assert from "node:assert/strict"
import { test } from "node:test"

import { movedOf, ticks } from "../../ravine/web/room/chart.js"
import { densityOf } from "../../ravine/web/room/density.js"
import { means } from "../../ravine/web/room/ground.js"
import { linkOf, pack, same, unpack, without } from "../../ravine/web/room/questions.js"

const QUESTIONS = [
  { text: "Where does Adam end? 在哪里？", link: "on=ravine&run=adam~lr=0.4", kind: "point", lane: 0 },
  { text: "Who is first?", link: "", kind: "lane", lane: null },
  { text: "Why? \u{1f3d4}\ufe0f", options: ["<b>More</b>", "Less"], truth: null },
  { text: "Which?", options: ["One", "Two", "Three"], truth: 2 },
]

test("questions for next time stand in an address and come back as they were", () => {
  const packed = pack(QUESTIONS)
  assert.match(packed, /^[\w-]*$/)
  assert.deepEqual(unpack(packed), QUESTIONS)
  assert.deepEqual(unpack(pack([])), [])
})

test("anything may stand in the address: what is no question is left out", () => {
  const raw = (value) => Buffer.from(JSON.stringify(value)).toString("base64url")
  for (const text of ["", "%%%", "AAAA", raw(null), raw({}), raw("x"), raw([1, null, [], [""], ["x"], ["x", 3, 4], ["x", ["a"]]])]) {
    assert.deepEqual(unpack(text), [])
  }
  assert.deepEqual(unpack(raw([["x", ["a", "b"], 9], 7])), [{ text: "x", options: ["a", "b"], truth: null }])
  assert.deepEqual(unpack(raw([["x", "on=ravine", "point", "no"]])), [{ text: "x", link: "on=ravine", kind: "point", lane: null }])
  assert.equal(unpack(raw(Array(100).fill(["x", "", "lane", null]))).length, 40)
  assert.deepEqual(unpack(raw([["x".repeat(301), "", "lane"], ["x", "y".repeat(4001), "lane"], ["x", ["a", "b".repeat(61)]]])), [])
})

test("a question is the same whatever else is known of it", () => {
  assert.ok(same(QUESTIONS[0], { ...QUESTIONS[0], title: "Adam" }))
  assert.ok(!same(QUESTIONS[0], { ...QUESTIONS[0], lane: 1 }))
  assert.deepEqual(without(QUESTIONS, QUESTIONS[1]).length, 3)
})

for (const [pasted, link] of [
  ["http://here/?on=ravine&run=adam&lang=zh#x", "on=ravine&run=adam"],
  ["  https://here/many?run=adam&embed=true&room=ABCDE ", "run=adam"],
  ["on=ravine&run=adam~lr=0.4", "on=ravine&run=adam%7Elr%3D0.4"],
  ["http://here/", ""],
  ["", ""],
]) {
  test(`the link of "${pasted}"`, () => assert.equal(linkOf(pasted), link))
}

test("ticks are round numbers inside of the axis, and few", () => {
  assert.deepEqual(ticks(0.001, 10).map(([, name]) => name), ["0.001", "0.01", "0.1", "1", "10"])
  assert.deepEqual(ticks(0.03, 0.6).map(([value]) => value), [0.05, 0.1, 0.2, 0.5])
  assert.deepEqual(ticks(1e-7, 1e-5).map(([, name]) => name).filter((name) => name.startsWith("10")), ["10⁻⁷", "10⁻⁶", "10⁻⁵"])
  for (const [low, high] of [[1e-12, 1e12], [0.5, 1], [1e-9, 1], [3, 4000]]) {
    const found = ticks(low, high)
    assert.ok(found.length >= 1 && found.length <= 8, `${low} to ${high}: ${found.length}`)
    assert.ok(found.every(([value]) => value >= low * 0.99 && value <= high * 1.01))
  }
})

test("a density is one where most answers lie, at the place of the picture where they lie", () => {
  const [across, down] = [96, 60]
  const cells = densityOf([...Array(70).fill([1, 1]), [-1, -1]], [[-2, 2], [-2, 2]])
  const at = (x, y) => cells[Math.floor(((2 - y) / 4) * down) * across + Math.floor(((x + 2) / 4) * across)]
  assert.equal(cells.length, across * down)
  assert.equal(Math.max(...cells), 1)
  assert.ok(at(1, 1) > 0.95)
  assert.ok(at(-1, -1) > 0 && at(-1, -1) < 0.05)
  assert.equal(at(1, -1), 0)
})

test("of many arrows each region has its mean", () => {
  const found = means([[[10, 10], [500, 500]], [[20, 20], [700, 500]], [[900, 900], [900, 100]]])
  assert.deepEqual(found, [[[15, 15], [600, 500], 2], [[900, 900], [900, 100], 1]])
})

test("who changed their answer; how sure they were does not count", () => {
  assert.equal(movedOf("lane", []), null)
  assert.deepEqual(movedOf("lane", [[0, 1], [1, 1], [2, 0]]), { n: 2, all: 3 })
  assert.deepEqual(movedOf("choice", [[[0, 0.5], [0, 0.9]], [[0, 0.5], [1, 0.5]]]), { n: 1, all: 2 })
  assert.deepEqual(movedOf("order", [[[0, 1], [1, 0]]]), { n: 1, all: 1 })
  assert.equal(movedOf("point", [[[0, 0], [1, 1]]]), null)
})
