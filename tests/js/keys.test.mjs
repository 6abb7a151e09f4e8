import assert from "node:assert/strict"
import { test } from "node:test"

import { action } from "../../ravine/web/arena/keys.js"

const press = (key, held = "", more = {}) => action({ key, ...more }, held)

test("space plays, arrows step, home and end jump", () => {
  const expected = { " ": "toggle", ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last" }
  for (const [key, what] of Object.entries(expected)) assert.equal(press(key), what)
})

test("a digit is a lane, and zero the tenth", () => {
  assert.deepEqual(press("1"), { lane: 0 })
  assert.deepEqual(press("9"), { lane: 8 })
  assert.deepEqual(press("0"), { lane: 9 })
})

test("who types a text types", () => {
  for (const key of [" ", "ArrowLeft", "1", "Home"]) assert.equal(press(key, "typing"), null)
})

test("a slider keeps its arrows and a button its space", () => {
  assert.equal(press("ArrowLeft", "sliding"), null)
  assert.equal(press("Home", "sliding"), null)
  assert.equal(press(" ", "sliding"), "toggle")
  assert.equal(press(" ", "pressing"), null)
  assert.equal(press("ArrowLeft", "pressing"), "back")
})

test("other keys and the browser's own are let be", () => {
  for (const key of ["a", "Enter", "Tab", "ArrowUp", "F5", "r"]) assert.equal(press(key), null)
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(press("1", "", { [held]: true }), null)
  assert.equal(press("ArrowRight", "", { shiftKey: true }), null)
})
