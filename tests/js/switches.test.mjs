import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"

import { Switches } from "../../ravine/web/arena/switches.js"
import { closePage, openPage } from "./page.mjs"

beforeEach(openPage)

afterEach(closePage)

/** Switches of a race that shows these marks, and what was turned. */
function switches(marks, layout = "overlay") {
  const [turned, data] = [[], { marks, layout, names: { marks: { levels: "Level curves", minima: "Minima", fan: "Fan" } } }]
  const made = new Switches((...one) => turned.push(one))
  made.show(data)
  return { made, data, turned }
}

test("a mark is switched in the order of links, and told", () => {
  const { made, data, turned } = switches(["fan"])
  made.turn("levels", true)
  assert.deepEqual([data.marks, [...made.on]], [["levels", "fan"], ["levels", "fan"]])
  made.turn("fan", false)
  assert.deepEqual(data.marks, ["levels"])
  assert.deepEqual(turned, [["levels", true], ["fan", false]])
})

test("each has a box, which switches it", () => {
  const { made, turned } = switches(["minima"])
  const boxes = made.boxes()
  assert.deepEqual(boxes.map((box) => [box.children.at(-1), box.querySelector("input").checked]), [["Level curves", false], ["Minima", true], ["Fan", false]])
  const [input] = boxes[0].children
  input.checked = true
  input.heard.change()
  assert.deepEqual(turned, [["levels", true]])
  assert.equal(input.disabled, false)
})

test("on the relief there are none", () => {
  const { made } = switches(["minima"], "3d")
  assert.ok(made.boxes().every((box) => box.querySelector("input").disabled))
})
