import assert from "node:assert/strict"
import { test } from "node:test"

import { Keys, action } from "../../ravine/web/arena/keys.js"
import { closePage, element, openPage } from "./page.mjs"

const press = (key, held = "", more = {}) => action({ key, ...more }, held)

test("space plays, arrows step, home and end jump", () => {
  const expected = { " ": "toggle", ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last" }
  for (const [key, what] of Object.entries(expected)) assert.equal(press(key), what)
})

test("p presents and q shows the code; who types a text types them", () => {
  assert.equal(press("p"), "present")
  assert.equal(press("q"), "qr")
  assert.equal(press("p", "sliding"), "present")
  for (const key of ["p", "q"]) {
    assert.equal(press(key, "typing"), null)
    assert.equal(press(key, "", { ctrlKey: true }), null)
  }
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

/** Keys of an arena, what they did, and how to press one. */
function listening(isBusy = () => false) {
  const [page, told] = [openPage(), []]
  const home = element("section")
  const keys = new Keys(home, { isBusy, press: (name) => told.push(name), hide: (lane) => told.push(lane) })
  const press = (key, more = {}) => {
    const event = { key, defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true), ...more }
    page.heard.keydown?.(event)
    return event
  }
  return { keys, home, page, told, press }
}

test("keys are heard while the page or the arena has them, and no one else", () => {
  const { home, page, told, press } = listening()
  assert.equal(press("Home").defaultPrevented, true)
  page.activeElement = home.appendChild(element())
  press("2")
  page.activeElement = element()
  assert.equal(press("End").defaultPrevented, false)
  assert.deepEqual(told, ["first", 1])
  closePage()
})

test("a key that is held steps on, and does nothing else twice", () => {
  const { told, press } = listening()
  for (const key of [" ", "1", "ArrowRight", "ArrowLeft"]) press(key, { repeat: true })
  assert.deepEqual(told, ["forward", "back"])
  closePage()
})

test("a menu that is open, who took the key before, and the end, leave it alone", () => {
  let busy = true
  const { keys, told, press } = listening(() => busy)
  press(" ")
  busy = false
  press(" ", { defaultPrevented: true })
  keys.dispose()
  press(" ")
  assert.deepEqual(told, [])
  closePage()
})
