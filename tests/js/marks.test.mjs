// The symbols that lanes are drawn with come in MARKERS, as JSON, from tests/test_scripts.py.

import assert from "node:assert/strict"
import { test } from "node:test"

import { OUTLINES, drawMark, sample } from "../../ravine/web/arena/marks.js"

const NAMES = Object.keys(OUTLINES)

/** A canvas that writes down what is drawn on it. */
function canvas() {
  const calls = []
  const names = ["beginPath", "moveTo", "lineTo", "closePath", "fill", "stroke"]
  return { calls, ...Object.fromEntries(names.map((name) => [name, (...given) => calls.push([name, ...given])])) }
}

test("every symbol of a lane has an outline of its own", () => {
  assert.ok(process.env.MARKERS, "run these tests through tests/test_scripts.py, which knows the symbols")
  const markers = JSON.parse(process.env.MARKERS)
  assert.ok(markers.length > 7)
  assert.deepEqual(markers.filter((marker) => !Object.hasOwn(OUTLINES, marker)), [])
})

test("no two symbols look the same", () => {
  const looks = NAMES.map((name) => OUTLINES[name].map((point) => point.map((v) => v.toFixed(2))).sort().join(" "))
  const outlines = NAMES.map((name, i) => [name, looks.indexOf(looks[i])])
  const alike = outlines.filter(([name, first]) => NAMES[first] !== name).map(([name]) => name)
  assert.deepEqual(alike, ["hourglass"]) // the corners of the bowtie, joined the other way
  assert.notDeepEqual(OUTLINES.hourglass, OUTLINES.bowtie)
})

test("every symbol is of about the same size, around its middle", () => {
  for (const [name, outline] of Object.entries(OUTLINES)) {
    const radius = Math.max(...outline.map(([x, y]) => Math.hypot(x, y)))
    assert.ok(radius > 0.9 && radius < 1.5, `${name}: ${radius}`)
    for (const axis of [0, 1]) {
      const middle = outline.reduce((sum, point) => sum + point[axis], 0) / outline.length
      assert.ok(Math.abs(middle) < 1e-9, `${name}: ${middle}`)
    }
  }
})

test("triangles point where their names say; down a canvas y grows", () => {
  for (const [name, axis, sign] of [["up", 1, -1], ["down", 1, 1], ["left", 0, -1], ["right", 0, 1]]) {
    const outline = OUTLINES[`triangle-${name}`]
    const ahead = outline.map((point) => sign * point[axis]).sort((a, b) => a - b)
    assert.equal(outline.length, 3)
    assert.ok(ahead[2] > 1 && ahead[1] < 0 && Math.abs(ahead[0] - ahead[1]) < 1e-9, name)
  }
})

test("shapes have the corners of their names", () => {
  const corners = { square: 4, diamond: 4, pentagon: 5, hexagon: 6, star: 10, hexagram: 12, cross: 12, x: 12 }
  for (const [name, count] of Object.entries(corners)) assert.equal(OUTLINES[name].length, count, name)
})

test("a mark is its outline, around a place and as large as asked", () => {
  const context = canvas()
  drawMark(context, "hourglass", 100, 50, 4)
  assert.deepEqual(context.calls, [
    ["beginPath"],
    ["moveTo", 96, 46], ["lineTo", 104, 46], ["lineTo", 96, 54], ["lineTo", 104, 54],
    ["closePath"], ["fill"], ["stroke"],
  ])
})

test("a symbol without an outline is a circle", () => {
  const [unknown, circle] = [canvas(), canvas()]
  drawMark(unknown, "no such symbol", 0, 0, 3)
  drawMark(circle, "circle", 0, 0, 3)
  assert.ok(circle.calls.length > 20)
  assert.deepEqual(unknown.calls, circle.calls)
})

test("a sample of a line shows its dash, its marker and its colour", () => {
  const text = sample({ marker: "bowtie", dash: [11, 4] }, "#0a58c2")
  assert.match(text, /<line [^>]*stroke="#0a58c2"[^>]*stroke-dasharray="11 4"/)
  assert.match(text, /<polygon points="16,3 26,13 26,3 16,13" fill="#0a58c2"/)
  assert.match(sample({ marker: "circle", dash: [] }, "#000000"), /stroke-dasharray=""/)
})
