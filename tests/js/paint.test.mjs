import assert from "node:assert/strict"
import { test } from "node:test"

import { paint, paintField } from "../../ravine/web/arena/paint.js"
import { SvgPen } from "../../ravine/web/arena/svg.js"

const theme = { mode: "light", page: "#ffffff", text: "#000000", font: "Arial" }
const frame = { left: 100, top: 50, width: 400, height: 200 }
const box = [0, 4, 0, 2]
const lane = (points, more = {}) => ({
  x: Float32Array.from(points, (p) => p[0]), y: Float32Array.from(points, (p) => p[1]),
  light: "#c2184b", dark: "#ff8aa5", dash: [], marker: "square", hidden: false, arrows: {}, ...more,
})
const drawn = (lanes, position, marks = [], fan = null) => {
  const pen = new SvgPen()
  paint(pen, { lanes, fan, box, frame, position, marks: new Set(marks), theme })
  return pen.toString()
}
/** The points of the first line in the lane's colour. */
const line = (text, colour = "#c2184b") => {
  const path = text.match(new RegExp(`<path d="([^"]*)"[^>]*stroke="${colour}"`))?.[1] ?? ""
  return path.split(/(?=[ML])/).filter(Boolean).map((part) => part.trim())
}
const numbers = (text) => text.match(/-?[\d.]+/g).map(Number)

test("a path goes through its iterates, and a fraction of a step is on the way", () => {
  const path = lane([[0, 0], [1, 1], [3, 1]])
  assert.deepEqual(line(drawn([path], 2)).map(numbers), [[100, 250], [200, 150], [400, 150]])
  assert.deepEqual(line(drawn([path], 1.5)).map(numbers), [[100, 250], [200, 150], [300, 150]])
})

test("what is not to be seen is not drawn", () => {
  assert.equal(line(drawn([lane([[0, 0], [1, 1]], { hidden: true })], 1)).length, 0)
})

test("a path ends at its last number, and far outside it is cut near the paper in its direction", () => {
  const points = line(drawn([lane([[0, 0], [1, 1], [NaN, 1], [2, 2]])], 3)).map(numbers)
  assert.deepEqual(points, [[100, 250], [200, 150]])
  const far = line(drawn([lane([[0, 0], [1e30, 1e30]])], 1)).map(numbers)
  assert.ok(far.flat().every((v) => Math.abs(v) <= 5000))
  const [p, q] = far.slice(-2)
  assert.ok(Math.abs((q[0] - p[0]) / (p[1] - q[1]) - 1) < 0.05) // a unit is as many pixels across as up here
})

test("a path that comes back is drawn where it comes back", () => {
  const points = line(drawn([lane([[1, 1], [1, 900], [3, 1]])], 2)).map(numbers)
  assert.deepEqual(points[0], [200, 150])
  assert.deepEqual(points.at(-1), [400, 150])
})

test("arrows are drawn to scale from the last whole step, those that are asked for", () => {
  const arrows = { step: { x: Float32Array.of(0, 1), y: Float32Array.of(0, 0.5) }, gradient: { x: Float32Array.of(0, 1), y: Float32Array.of(0, 0) } }
  const path = lane([[0, 0], [1, 1], [2, 1.5]], { arrows })
  const count = (text) => text.match(/<path/g).length
  assert.equal(count(drawn([path], 1, ["step"])) - count(drawn([path], 1)), 4) // shaft and head, each with its halo
  assert.ok(drawn([path], 1, ["step"]).includes("L300 100")) // the tip, at (2, 1.5)
  assert.equal(count(drawn([path], 1, ["velocity"])), count(drawn([path], 1)))
})

test("an arrow that is no number is left out", () => {
  const arrows = { step: { x: Float32Array.of(NaN), y: Float32Array.of(1) } }
  assert.equal(drawn([lane([[0, 0]], { arrows })], 0, ["step"]), drawn([lane([[0, 0]])], 0))
})

test("a fading trail is drawn in pieces, the oldest left out", () => {
  const path = lane(Array.from({ length: 101 }, (_, k) => [k / 50, 1]))
  const whole = line(drawn([path], 100))
  const text = drawn([path], 100, ["fade"])
  assert.equal(whole.length, 101)
  assert.ok(numbers(line(text)[0])[0] > 100)
  assert.ok(text.match(/<path/g).length > 15)
})

test("the fan lies below the paths", () => {
  const path = lane([[0, 0], [1, 1]])
  const text = drawn([path], 1, ["fan"], [{ lane: path, path: lane([[0, 0], [1, 0.5]]) }])
  assert.deepEqual(line(text).map(numbers), [[100, 250], [200, 200]])
})

test("a path that left has an arrowhead with the step on the frame", () => {
  const text = drawn([lane([[1, 1], [2, 1], [9, 1], [10, 1]])], 3)
  assert.match(text, />2<\/text>/)
  assert.doesNotMatch(drawn([lane([[1, 1], [2, 1]])], 1), /<text/)
})

test("arrows of the field point downhill on the paper, and nothing is drawn where it is level", () => {
  const pen = new SvgPen()
  paintField(pen, [[1, 1, 1, 0], [2, 1, 0, 0]], { box, frame, theme })
  const points = pen.toString().match(/d="([^"]*)"/)[1].split(/(?=[ML])/).map(numbers)
  assert.equal(points.length, 6) // a shaft and two barbs
  assert.ok(points[1][0] > points[0][0] && points[1][1] === points[0][1])
})
