// Level curves with fewer points.

import assert from "node:assert/strict"
import { test } from "node:test"

import { flattened, lightened, thinned } from "../../ravine/web/arena/lighten.js"

const KAPPA = 0.5522847498 // a quarter of a circle as one curve

/** A circle as many small curves, as Plotly would draw it. */
function circle(radius, pieces) {
  const at = (k) => [radius * Math.cos((2 * Math.PI * k) / pieces), radius * Math.sin((2 * Math.PI * k) / pieces)]
  const reach = (4 / 3) * Math.tan(Math.PI / (2 * pieces))
  const curve = (k) => {
    const [[ax, ay], [bx, by]] = [at(k), at(k + 1)]
    return `C${ax - reach * ay},${ay + reach * ax} ${bx + reach * by},${by - reach * bx} ${bx},${by}`
  }
  return `M${at(0)}${Array.from({ length: pieces }, (_, k) => curve(k)).join("")}Z`
}

/** The points of a path that `lightened` wrote. */
function points(path) {
  const numbers = path.slice(1).replace("Z", "").replace("l", " ").trim().split(/[ ,]/).map(Number)
  const found = [numbers.slice(0, 2)]
  for (let i = 2; i < numbers.length; i += 2) found.push([found.at(-1)[0] + numbers[i], found.at(-1)[1] + numbers[i + 1]])
  return found
}

test("a circle stays one, with a fraction of the text", () => {
  const path = circle(100, 400)
  const light = lightened(`<path d="${path}"/>`).match(/ d="([^"]+)"/)[1]
  assert.ok(light.length < path.length / 8, `${light.length} of ${path.length}`)
  const line = points(light)
  assert.ok(line.length > 30)
  line.forEach(([x, y], k) => {
    assert.ok(Math.abs(Math.hypot(x, y) - 100) < 0.02)
    const [px, py] = line[(k || line.length) - 1]
    assert.ok(Math.hypot((x + px) / 2, (y + py) / 2) > 99.9, "no chord cuts a corner")
  })
  assert.match(light, /Z$/)
})

test("a long curve keeps its bend, one with one handle too", () => {
  const quarter = flattened(`M100,0C100,${100 * KAPPA} ${100 * KAPPA},100 0,100`)[0].points
  assert.ok(quarter.length > 3)
  for (const [x, y] of quarter) assert.ok(Math.abs(Math.hypot(x, y) - 100) < 0.1)
  const [{ points: parabola }] = flattened("M0,0Q50,100 100,0")
  for (const [x, y] of parabola) assert.ok(Math.abs(y - (2 * x * (100 - x)) / 100) < 1e-9)
})

test("what is short, or has other commands, stays as it is", () => {
  const short = '<path d="M0,0L9,9"/>'
  assert.equal(lightened(short), short)
  const arcs = `<path d="M0,0${"A5,5 0 0 1 10,10".repeat(40)}"/>`
  assert.equal(lightened(arcs), arcs)
  const several = `<path d="${"M0,0L5,0L9,0M1,1L2,2".repeat(30)}"/>`
  assert.equal(lightened(several).match(/M/g).length, 60)
})

test("of a straight line its ends are kept, of a corner the corner", () => {
  assert.deepEqual(thinned([[0, 0], [1, 0], [2, 0], [3, 0]]), [[0, 0], [3, 0]])
  assert.deepEqual(thinned([[0, 0], [1, 0], [1, 5]]), [[0, 0], [1, 0], [1, 5]])
  assert.deepEqual(thinned([[0, 0], [5, 0], [0, 0]]), [[0, 0], [5, 0], [0, 0]])
})
