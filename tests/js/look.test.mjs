import assert from "node:assert/strict"
import { mock, test } from "node:test"

import { Look, lookOf } from "../../ravine/web/arena/look.js"

const USUAL = { layout: "overlay", at: null, zoom: null, eye: null, marks: ["levels", "minima"], charts: ["gap", "slope"], asked: false, dial: { key: "shared--lr" }, point: "" }

test("what is usual is said so, or nothing at all", () => {
  assert.deepEqual(lookOf(USUAL), { view: "overlay", at: "", zoom: "", show: "levels,minima", curves: "", dial: "shared--lr", eye: "", point: "" })
})

test("a look is words of the link", () => {
  const look = lookOf({ ...USUAL, layout: "3d", at: 0, zoom: [-1, 1, 0, 2], eye: [1, -1, 0.5], marks: [], asked: true, charts: [], point: "0.5,-1" })
  assert.deepEqual(look, { view: "3d", at: "0", zoom: "-1,1,0,2", show: "nothing", curves: "nothing", dial: "shared--lr", eye: "1,-1,0.5", point: "0.5,-1" })
})

/** A look that can be changed, and what the server was told. */
function told(more = {}) {
  const [sent, now] = [[], { ...USUAL }]
  const state = { playing: false, shown: true, ...more }
  const look = new Look({ read: () => now, send: (one) => sent.push(one), isPlaying: () => state.playing, isShown: () => state.shown })
  look.open()
  return { look, now, sent, state }
}

test("a look is told once the hand rests, once", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { look, now, sent } = told()
  for (const at of [1, 2, 3]) {
    now.at = at
    look.settle()
    mock.timers.tick(299)
  }
  assert.deepEqual(sent, [])
  mock.timers.tick(1)
  assert.deepEqual(sent.map(({ at }) => at), ["3"])
  look.settle(0)
  mock.timers.tick(0)
  assert.equal(sent.length, 1)
  mock.timers.reset()
})

test("what a link said needs no telling, and an older look is forgotten", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { look, now, sent } = told()
  now.at = 5
  look.settle()
  look.open()
  mock.timers.tick(1000)
  look.settle(0)
  mock.timers.tick(0)
  assert.deepEqual(sent, [])
  mock.timers.reset()
})

test("while it plays the step is not told, all else is", () => {
  const { look, now, sent, state } = told()
  state.playing = true
  Object.assign(now, { at: 7, layout: "panels" })
  look.tell()
  assert.deepEqual(sent.map(({ view, at }) => [view, at]), [["panels", ""]])
  state.playing = false
  look.tell()
  assert.deepEqual(sent.map(({ at }) => at), ["", "7"])
})

test("who is gone tells nothing", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { look, now, sent, state } = told()
  now.at = 7
  state.shown = false
  look.tell()
  state.shown = true
  look.settle()
  look.dispose()
  mock.timers.tick(1000)
  assert.deepEqual(sent, [])
  mock.timers.reset()
})
