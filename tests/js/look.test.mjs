import assert from "node:assert/strict"
import { test } from "node:test"

import { lookOf } from "../../ui/arena/js/look.js"

const USUAL = { layout: "overlay", at: null, zoom: null, eye: null, marks: ["levels", "minima"], charts: ["gap", "slope"], asked: false, dial: { key: "shared--lr" } }

test("what is usual is said so, or nothing at all", () => {
  assert.deepEqual(lookOf(USUAL), { view: "overlay", at: "", zoom: "", show: "levels,minima", curves: "", dial: "shared--lr", eye: "" })
})

test("a look is words of the link", () => {
  const look = lookOf({ ...USUAL, layout: "3d", at: 0, zoom: [-1, 1, 0, 2], eye: [1, -1, 0.5], marks: [], asked: true, charts: [] })
  assert.deepEqual(look, { view: "3d", at: "0", zoom: "-1,1,0,2", show: "nothing", curves: "nothing", dial: "shared--lr", eye: "1,-1,0.5" })
})
