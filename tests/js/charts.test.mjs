import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { addressOf, Charts } from "../../ravine/web/arena/charts.js"
import { closePage, openPage } from "./page.mjs"

const DATA = {
  charts: ["gap", "slope"],
  curves: ["gap", "slope"],
  available: ["gap", "slope", "stride"],
  turning: null,
  urls: { curves: "/curves" },
  ground: "on=bowl",
  words: { curves: "Curves" },
  names: { charts: { gap: "f − f*", stride: "Length" } },
}

beforeEach(openPage)

afterEach(closePage)

test("frames are asked for by the names of the curves that have numbers", () => {
  const light = { mode: "light" }
  assert.equal(addressOf(DATA, light), "/curves?names=gap,slope&mode=light&on=bowl")
  assert.equal(addressOf({ ...DATA, charts: ["slope", "stride"] }, light), "/curves?names=slope&mode=light&on=bowl")
  assert.match(addressOf({ ...DATA, turning: {} }, light), /names=gap,slope,turning&/)
  assert.match(addressOf({ ...DATA, charts: [], curves: ["height"], turning: {} }, light), /names=turning-height&/)
})

/** Charts of this race, and what they report. */
function charts() {
  const [data, told] = [structuredClone(DATA), []]
  const on = { settle: (soon) => told.push(soon), open: (...menu) => told.push(menu), isShown: () => false }
  return { made: new Charts(() => ({ data, theme: { mode: "light" } }), on), data, told }
}

test("a curve that is picked stands where the menu has it, and is told at once", () => {
  const { made, data, told } = charts()
  made.turn("stride", true)
  made.turn("gap", false)
  assert.deepEqual([data.charts, data.asked, told], [["slope", "stride"], true, [0, 0]])
  made.turn("gap", true)
  assert.deepEqual(data.charts, ["gap", "slope", "stride"])
})

test("the menu has a box for each curve that there is", () => {
  const { made, told } = charts()
  made.picker.heard.click()
  const [[anchor, name, boxes]] = told
  assert.equal(anchor, made.picker)
  assert.equal(name, "Curves")
  assert.deepEqual(boxes.map((box) => box.children.at(-1)), ["f − f*", "slope", "Length"])
  assert.deepEqual(boxes.map((box) => box.querySelector("input").checked), [true, true, false])
})

test("they are drawn once there is time, once, and not after they are gone", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { made } = charts()
  const drawn = mock.method(made, "draw", () => {})
  made.later()
  mock.timers.tick(50)
  made.later()
  mock.timers.tick(59)
  assert.equal(drawn.mock.callCount(), 0)
  mock.timers.tick(1)
  assert.equal(drawn.mock.callCount(), 1)
  made.later()
  made.dispose()
  mock.timers.tick(1000)
  assert.equal(drawn.mock.callCount(), 1)
  mock.timers.reset()
})
