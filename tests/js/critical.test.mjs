import assert from "node:assert/strict"
import { test } from "node:test"

import { Marks, SHAPES, curvatures, levelCurves, modelAt, nearest, reachOf } from "../../ravine/web/arena/critical.js"
import { SvgPen } from "../../ravine/web/arena/svg.js"
import { paint } from "../../ravine/web/arena/paint.js"

const vectors = (angle) => [[Math.cos(angle), Math.sin(angle)], [-Math.sin(angle), Math.cos(angle)]]
const point = (kind, values, angle = 0, more = {}) => ({ x: 1.5, y: -0.75, f: 2, kind, values, vectors: vectors(angle), condition: null, rate: null, lowest: false, ...more })
const SCALES = [{ across: 100, up: 100 }, { across: 12, up: 300 }, { across: 0.4, up: 0.003 }]
const POINTS = [0, 0.3, 1.2, 2.9].flatMap((angle) => [
  point("minimum", [0.2, 4], angle), point("minimum", [1, 1], angle), point("minimum", [1e-3, 50], angle),
  point("maximum", [-9, -0.5], angle), point("saddle", [-1, 1], angle), point("saddle", [-0.01, 40], angle), point("saddle", [-30, 0.2], angle),
  point("degenerate", [0, 2], angle), point("degenerate", [-3, 1e-12], angle),
])
const pixels = ({ x, y }, [px, py], { across, up }) => Math.hypot((px - x) * across, (py - y) * up)
const near = (a, b, size = 1) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(size))

test("every point of a level curve has its level in the model", () => {
  for (const scale of SCALES) for (const one of POINTS) {
    const curves = levelCurves(one, scale, 90)
    assert.ok(curves.length >= 3)
    for (const { level, points } of curves) for (const place of points) {
      const size = Math.max(...one.values.map(Math.abs)) * Math.hypot(place[0] - one.x, place[1] - one.y) ** 2
      assert.ok(near(modelAt(one, place), level, size), `${one.kind} ${one.values}: ${modelAt(one, place)} for ${level}`)
    }
  }
})

test("they stay within their pixels of the point, and use them", () => {
  for (const scale of SCALES) for (const one of POINTS) {
    const far = Math.max(...levelCurves(one, scale, 90).flatMap(({ points }) => points.map((place) => pixels(one, place, scale))))
    assert.ok(far <= 90 * (1 + 1e-9), `${far}`)
    assert.ok(far >= 90 * 0.99, `${one.kind} ${one.values}: ${far}`)
  }
})

test("a minimum has closed curves, a saddle curves above, below and through it, a valley straight lines", () => {
  const closed = levelCurves(point("minimum", [0.2, 4], 0.3), SCALES[1], 90)
  for (const { points, level } of closed) {
    assert.ok(Math.hypot(points[0][0] - points.at(-1)[0], points[0][1] - points.at(-1)[1]) < 1e-12)
    assert.ok(level > 2)
  }
  const levels = levelCurves(point("saddle", [-1, 4], 0.3), SCALES[0], 90).map(({ level }) => Math.sign(level - 2))
  assert.deepEqual([...new Set(levels)].sort(), [-1, 0, 1])
  for (const { points } of levelCurves(point("degenerate", [0, 2]), SCALES[0], 90)) {
    assert.equal(points.length, 2)
    assert.ok(near(points[0][1], points[1][1]))
  }
  assert.ok(levelCurves(point("maximum", [-9, -0.5]), SCALES[0], 90).every(({ level }) => level < 2))
})

test("where there is no curvature there is no model", () => {
  assert.deepEqual(levelCurves(point("degenerate", [0, 0]), SCALES[0], 90), [])
  assert.deepEqual(levelCurves(point("kink", null, 0, { vectors: null }), SCALES[0], 90), [])
  assert.equal(curvatures(point("kink", [1, 2])), null)
  assert.deepEqual(curvatures(point("degenerate", [1e-7, 3])), [0, 3])
  assert.deepEqual(curvatures(point("saddle", [-1e-7, 3])), [-1e-7, 3])
})

test("the nearest point, and the nearest of a kind", () => {
  const points = [{ x: 0, y: 0, kind: "saddle" }, { x: 3, y: 0, kind: "minimum" }, { x: -4, y: 0, kind: "minimum" }]
  assert.equal(nearest(points, [0.5, 0]), points[0])
  assert.equal(nearest(points, [0.5, 0], "minimum"), points[1])
  assert.equal(nearest(points, [0.5, 0], "maximum"), null)
  assert.equal(nearest([], [0, 0]), null)
})

test("the model ends before the next critical point, and can always be seen", () => {
  const view = { across: 100, up: 50, frame: { width: 800, height: 500 } }
  const [one, other] = [{ x: 0, y: 0 }, { x: 0, y: 2 }]
  assert.ok(near(reachOf(one, [one, other], view), 45))
  assert.equal(reachOf(one, [one], view), 110)
  assert.equal(reachOf(one, [one, { x: 0.1, y: 0 }], view), 34)
})

const theme = { mode: "light", page: "#ffffff", text: "#000000", font: "Arial" }
const scene = { lanes: [], frame: { left: 100, top: 50, width: 400, height: 200 }, box: [0, 4, -2, 2], position: 0, marks: new Set(["minima"]), theme }
const drawn = (marks) => {
  const pen = new SvgPen()
  paint(pen, { ...scene, critical: marks })
  return pen.toString()
}

test("each kind has a shape of its own, and only a minimum is left to its star", () => {
  const texts = Object.keys(SHAPES).map((kind) => drawn(new Marks([point(kind, [1, 2])], null, true)))
  assert.equal(new Set(texts).size, texts.length)
  assert.equal(texts[0], drawn(null))
  assert.equal(drawn(new Marks([point("saddle", [-1, 2])], null, false)), drawn(null))
})

test("the point that is looked at shows its model and its eigenvalues, marked or not", () => {
  const one = point("saddle", [-0.2, 4], 0.4)
  for (const marked of [true, false]) {
    const text = drawn(new Marks([one], one, marked))
    assert.match(text, />λ₁ = −0.2<\/text>/)
    assert.match(text, />λ₂ = 4<\/text>/)
    assert.match(text, /stroke-dasharray/)
  }
  const away = point("saddle", [-0.2, 4], 0.4, { x: 9 })
  assert.equal(drawn(new Marks([away], away, true)), drawn(new Marks([], null, true)))
})

test("labels stay in the picture and apart", () => {
  for (const [x, y] of [[0.05, -1.9], [3.95, 1.9], [2, 0]]) for (const angle of [0, 0.7, 1.5]) {
    const one = point("minimum", [0.2, 4], angle, { x, y })
    const places = [...drawn(new Marks([one], one, true)).matchAll(/<text[^>]* x="([-\d.]+)" y="([-\d.]+)"[^>]*>(λ.)/g)]
    const ends = Object.values(Object.fromEntries(places.map(([, px, py, name]) => [name, [Number(px), Number(py)]])))
    assert.equal(ends.length, 2)
    for (const [px, py] of ends) assert.ok(px > 100 && px < 500 && py > 50 && py < 260, `${x} ${y} ${angle}: ${px} ${py}`)
    assert.ok(Math.hypot(ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]) > 20)
  }
})

test("a press means the nearest mark that can be seen and is within reach", () => {
  const points = [point("saddle", [-1, 1], 0, { x: 1, y: 0 }), point("minimum", [1, 2], 0, { x: 1.1, y: 0 }), point("maximum", [-2, -1], 0, { x: 9, y: 0 })]
  const marks = new Marks(points, null, true)
  assert.equal(marks.at([201, 150], scene, 14), points[0])
  assert.equal(marks.at([208, 150], scene, 14), points[1])
  assert.equal(marks.at([208, 150], { ...scene, marks: new Set() }, 14), points[0])
  assert.equal(marks.at([240, 150], scene, 14), null)
  assert.equal(new Marks(points, points[0], false).at([201, 150], scene, 14), null)
})
