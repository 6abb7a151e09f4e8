import assert from "node:assert/strict"
import { mock, test } from "node:test"

import { Ground } from "../../ravine/web/arena/ground.js"
import { element } from "./page.mjs"

/** The ground of an arena that is `width` pixels wide, on a stage that needs nothing but to be told. */
function ground(width = 1000, layout = "overlay") {
  const home = Object.assign(element("section"), { clientWidth: width })
  const told = []
  const stage = {
    drawnKey: null,
    groundKey: (_data, _lanes, seen) => `${seen.width} ${seen.zoom}`,
    turn: (eye) => told.push(["turn", eye]),
    say: (text) => told.push(["say", text]),
    dispose: () => told.push(["dispose"]),
    async lay(_data, _lanes, seen) {
      told.push(["lay", seen.width])
      if (stage.fails) throw new Error("offline")
      stage.drawnKey = stage.groundKey(null, null, seen)
      return !stage.overtaken
    },
  }
  const scene = { data: { layout, words: { broken: "It broke." } }, lanes: [], theme: {}, marks: new Set(), zoom: null, eye: [1, 2, 3] }
  const made = new Ground(home, () => scene, { laid: () => told.push(["laid"]) }, stage)
  return { made, home, stage, scene, told }
}

test("what does not stand is laid, and then the paths are drawn", async () => {
  const { made, home, told } = ground()
  await made.show()
  assert.deepEqual(told, [["lay", 1000 - 318], ["laid"]])
  assert.equal(home.dataset.ready, "true")
  told.length = 0
  await made.show()
  assert.deepEqual(told, [["turn", [1, 2, 3]], ["laid"]])
})

for (const [width, layout, aside, left] of [
  [860, "overlay", true, 542],
  [859, "overlay", false, 859],
  [1400.7, "3d", true, 1082],
  [1400, "panels", false, 1400],
]) {
  test(`${width} pixels, ${layout}: the lanes stand ${aside ? "beside" : "below"} it`, () => {
    const { made, home } = ground(width, layout)
    made.arrange()
    assert.equal(home.classes.has("rv-aside"), aside)
    assert.equal(made.seen.width, left)
  })
}

test("one that was overtaken draws no paths", async () => {
  const { made, home, stage, told } = ground()
  stage.overtaken = true
  await made.lay()
  assert.deepEqual(told, [["lay", 682]])
  assert.equal(home.dataset.ready, undefined)
})

test("what does not arrive is said, and asked for again, as long as there is a page", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const warned = mock.method(console, "warn", () => {})
  const { made, home, stage, told } = ground()
  stage.fails = true
  await made.lay()
  assert.deepEqual(told, [["lay", 682], ["say", "It broke."]])
  mock.timers.tick(2000)
  assert.equal(told.filter(([what]) => what === "lay").length, 2)
  await Promise.resolve()
  home.isConnected = false
  await made.lay()
  const asked = told.length
  made.dispose()
  mock.timers.tick(10_000)
  assert.equal(told.length, asked + 1)
  assert.ok(warned.mock.callCount() >= 2)
  mock.timers.reset()
  mock.restoreAll()
})

test("another width lays it anew, the same one does not, nor one before the first", async () => {
  const { made, home, told } = ground()
  made.resize()
  assert.deepEqual(told, [])
  await made.lay()
  made.resize()
  assert.equal(told.filter(([what]) => what === "lay").length, 1)
  home.clientWidth = 500
  made.resize()
  assert.deepEqual(told.filter(([what]) => what === "lay"), [["lay", 682], ["lay", 500]])
})

test("where there is no room nothing is asked for, and more room is noticed", async () => {
  const { made, home, told } = ground(0)
  await made.lay()
  assert.deepEqual(told, [])
  home.clientWidth = 400
  made.resize()
  assert.deepEqual(told, [["lay", 400]])
})
