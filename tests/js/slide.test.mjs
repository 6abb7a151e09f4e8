import assert from "node:assert/strict"
import { test } from "node:test"

import { placed } from "../../ravine/web/arena/panels.js"
import { SIZE, Slide, wrapped } from "../../ravine/web/arena/slide.js"

test("text is broken between words, Chinese anywhere", () => {
  assert.deepEqual(wrapped("Crosses the valley once.", 12), ["Crosses the", "valley once."])
  assert.deepEqual(wrapped("越过山谷五次。", 8), ["越过山谷", "五次。"])
  assert.deepEqual(wrapped("", 9), [])
  assert.deepEqual(wrapped("antidisestablishmentarianism", 9), ["antidisestablishmentarianism"])
})

test("panels keep their shape and fit into the room", () => {
  const room = { left: 10, top: 20, width: 200, height: 100 }
  const { scale, places } = placed([{ x: 0, y: 0, width: 50, height: 40 }, { x: 60, y: 0, width: 40, height: 50 }], room)
  assert.equal(scale, 2)
  assert.deepEqual(places, [[10, 20], [130, 20]])
})

const theme = { mode: "light", page: "#ffffff", text: "#000000", font: "Arial" }
const lane = (name, more = {}) => ({
  name, row: { story: "Still moving.", settings: "η = 0.4" }, light: "#c2184b", dark: "#ff8aa5", dash: [4, 2], marker: "star", hidden: false,
  x: Float32Array.of(0, 1, 2), y: Float32Array.of(0, 0.5, 1), curves: { gap: Float64Array.of(3, 2, 1) }, ...more,
})
const slide = (lanes) =>
  new Slide({
    panels: [{ x: 0, y: 0, width: 600, height: 400, ground: "<svg id='ground'/>", scene: { lanes, box: [-1, 3, -1, 2], frame: { left: 50, top: 10, width: 500, height: 340 }, marks: new Set(), theme } }],
    lanes, theme, marks: new Set(), words: { credit: "Ravine. MIT licence.", step: "step {k} of {n}" }, title: "Bowl & <b>", sentence: "Round & easy.", address: "example.org/?on=bowl", first: "gap", steps: 2,
  })

test("a slide has its title, its lanes with their numbers, its step, its licence and its link", () => {
  const text = slide([lane("Adam"), lane("Gone", { hidden: true })]).document(1)
  for (const part of [">Bowl &amp; &lt;b&gt;<", ">Round &amp; easy.<", ">Adam<", ">Still moving.<", ">η = 0.4<", ">2<", ">step 1 of 2<", "MIT licence", "example.org/?on=bowl", "id='ground'"]) {
    assert.ok(text.includes(part), part)
  }
  assert.ok(!text.includes("Gone"))
  assert.ok(text.startsWith("<svg "))
})

test("what stands still is the same at every step, what moves is not", () => {
  const one = slide([lane("Adam")])
  assert.equal(one.background(), one.background())
  assert.notEqual(one.document(0), one.document(2))
  assert.ok(!one.background().includes("step 1"))
})

test("the lanes of a full race stay above the foot of the slide", () => {
  const entries = slide(Array.from({ length: 12 }, (_, i) => lane(`Lane ${i}`))).entries()
  assert.equal(entries.length, 12)
  const last = entries.at(-1)
  assert.ok(last.y + 22 * last.lines.length < SIZE.height - 40)
})

test("a text for which there is no room is left out whole, and the code has its corner", () => {
  const story = "Overshoots 5 times: from downhill to uphill in one step. f is within 0.001 of f* from step 19 on."
  const told = (count, code) => {
    const made = slide(Array.from({ length: count }, (_, i) => lane(`Rule ${i}`, { row: { story, settings: "η = 0.4, γ = 0.5" } })))
    made.code = code
    return made
  }
  const whole = wrapped(story, 37)
  for (let count = 1; count <= 12; count++) {
    const code = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
    const made = told(count, code)
    const entries = made.entries()
    for (const { lines, y } of entries) {
      assert.ok([0, 1, whole.length, whole.length + 1].includes(lines.length), `${count}: ${lines.length}`)
      assert.ok(y + 26 + 22 * lines.length <= SIZE.height - 56 - 150, `${count} lanes reach the code`)
    }
    assert.match(made.document(1), /<svg x="1410" y="694" width="150" height="150" xmlns/)
  }
  assert.ok(told(5, "").entries().every(({ lines }) => lines.length === whole.length + 1))
})
