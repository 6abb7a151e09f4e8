import assert from "node:assert/strict"
import { test } from "node:test"

import { lookOf } from "../../ravine/web/arena/look.js"

const USUAL = { layout: "overlay", at: null, zoom: null, eye: null, marks: ["levels", "minima"], charts: ["gap", "slope"], asked: false, dial: { key: "shared--lr" }, point: "" }

test("what is usual is said so, or nothing at all", () => {
  assert.deepEqual(lookOf(USUAL), { view: "overlay", at: "", zoom: "", show: "levels,minima", curves: "", dial: "shared--lr", eye: "", point: "" })
})

test("a look is words of the link", () => {
  const look = lookOf({ ...USUAL, layout: "3d", at: 0, zoom: [-1, 1, 0, 2], eye: [1, -1, 0.5], marks: [], asked: true, charts: [], point: "0.5,-1" })
  assert.deepEqual(look, { view: "3d", at: "0", zoom: "-1,1,0,2", show: "nothing", curves: "nothing", dial: "shared--lr", eye: "1,-1,0.5", point: "0.5,-1" })
})
