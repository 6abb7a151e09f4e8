// Critical points on the picture: a mark for each kind, and around the one that is looked at the quadratic model of the
// height, q(x) = f + ½ d·Hd with d = x − x*, by its level curves and the eigenvectors of the Hessian H.
//
// A point is what the server tells: {x, y, f, kind, values, vectors, condition, rate, lowest}. The picture's two axes have
// scales of their own, {across, up} in pixels a unit, so a curve is found in the plane and every point of it is moved.

import { inside, within } from "./geometry.js"
import { OUTLINES } from "./marks.js"
import { short } from "../shared/numbers.js"
import { scales } from "./paint.js"

const NOTHING = 1e-9 // a curvature this small beside the other is none
const ROUNDS = 96 // pieces of a closed curve
const PIECES = 40 // of an open one
const FEW = 60 // pixels: in less room there are fewer curves, and lighter ones
const SHARE = 0.45 // of the way to the next critical point: how far the model is drawn
const REACH = { least: 34, most: 110, share: 0.3 } // pixels, and of the picture's shorter side
const MARK = { least: 4, most: 8, room: 0.14, share: 0.022 } // pixels, of the room that each mark has, of the shorter side
const SHAFT = 1.15 // of that: how long the arrows are

const arc = (side) => Array.from({ length: 7 }, (_, i) => i / 3 - 1).map((t) => [side * (0.28 + 0.72 * t * t), t])

const RING = [...OUTLINES.circle, OUTLINES.circle[0]]

/** Each kind by its lines, in a circle of radius about 1. A minimum has its target already. */
export const SHAPES = {
  minimum: { lines: [RING, [[-0.95, 0], [0.95, 0]], [[0, -0.95], [0, 0.95]]] },
  saddle: { lines: [arc(-1), arc(1)] },
  maximum: { lines: [OUTLINES["triangle-up"]], closed: true, filled: true },
  degenerate: { lines: [OUTLINES.diamond], closed: true },
  kink: { lines: [OUTLINES.square.map(([x, y]) => [0.85 * x, 0.85 * y])], closed: true },
}

/** The point of `points` that is nearest to [x, y], of this kind when one is given; null when there is none. */
export function nearest(points, [x, y], kind = null) {
  const apart = (point) => Math.hypot(point.x - x, point.y - y)
  const those = points.filter((point) => kind === null || point.kind === kind)
  return those.reduce((best, point) => (best && apart(best) <= apart(point) ? best : point), null)
}

/** The model's height at a place. */
export function modelAt({ x, y, f, values, vectors }, [px, py]) {
  const along = vectors.map(([u, v]) => u * (px - x) + v * (py - y))
  return f + (values[0] * along[0] ** 2 + values[1] * along[1] ** 2) / 2
}

/** The curvatures along the eigenvectors; those that are as good as none are 0. Null where there are none. */
export function curvatures({ values, kind }) {
  if (!values?.every(Number.isFinite) || kind === "kink") return null
  const sizes = values.map(Math.abs)
  const none = kind === "degenerate" ? Math.max(Math.min(...sizes), NOTHING) : NOTHING * Math.max(...sizes)
  return values.map((value, i) => (sizes[i] <= none ? 0 : value))
}

/** Level curves of the model, as far as `radius` pixels: [{level, points}], points in the plane. */
export function levelCurves(point, scale, radius) {
  const curved = curvatures(point)
  if (!curved || curved.every((value) => value === 0)) return []
  const axes = axesOf(point, scale)
  if (curved.includes(0)) return parallels(point, curved, axes, radius)
  return curved[0] * curved[1] > 0 ? ellipses(point, curved, axes, radius) : hyperbolas(point, curved, axes, radius)
}

/** The eigenvectors with what one unit of each is on the paper. */
function axesOf({ vectors }, { across, up }) {
  return vectors.map(([u, v]) => ({ vector: [u, v], paper: [u * across, v * up] }))
}

/** The place `a` along the first eigenvector and `b` along the second. */
function placeOf({ x, y, vectors: [p, q] }, a, b) {
  return [x + a * p[0] + b * q[0], y + a * p[1] + b * q[1]]
}

/** How large the curves are beside the largest one. */
function shares(radius, count) {
  return radius < FEW ? [1] : Array.from({ length: count }, (_, i) => (i + 1) / count)
}

/** The largest one goes just as far as `radius`. */
function ellipses(point, curved, [one, other], radius) {
  const [a, b] = curved.map((value) => 1 / Math.sqrt(Math.abs(value)))
  const [p, q] = [scaled(one.paper, a), scaled(other.paper, b)]
  const sum = dot(p, p) + dot(q, q)
  const size = radius / Math.sqrt((sum + Math.sqrt(Math.max(0, sum ** 2 - 4 * cross(p, q) ** 2))) / 2)
  return shares(radius, 3).map((share) => ({
    level: point.f + (Math.sign(curved[0]) * (share * size) ** 2) / 2,
    points: steps(0, 2 * Math.PI, ROUNDS).map((t) => placeOf(point, share * size * a * Math.cos(t), share * size * b * Math.sin(t))),
  }))
}

/** Above and below the saddle, and the two lines at its own height. */
function hyperbolas(point, curved, axes, radius) {
  const half = curved.map((value) => 1 / Math.sqrt(Math.abs(value)))
  const size = (0.6 * radius) / Math.max(...axes.map(({ paper }, i) => half[i] * Math.hypot(...paper)))
  const curves = [1, -1].map((side) => {
    const along = half.map((value, i) => scaled(axes[i].paper, i ? side * value : value))
    const far = radius / Math.hypot(along[0][0] + along[1][0], along[0][1] + along[1][1])
    return { level: point.f, points: [-far, far].map((t) => placeOf(point, t * half[0], t * side * half[1])) }
  })
  for (const share of shares(radius, 2)) {
    for (const opens of [0, 1]) {
      const [a, b] = half.map((value) => share * size * value)
      const vertex = scaled(axes[opens].paper, [a, b][opens])
      const wing = scaled(axes[1 - opens].paper, [a, b][1 - opens])
      const level = point.f + (Math.sign(curved[opens]) * (share * size) ** 2) / 2
      const times = span(vertex, wing, radius)
      if (!times) continue
      for (const side of [1, -1]) {
        const at = (t) => (opens ? [side * a * Math.sinh(t), side * b * Math.cosh(t)] : [side * a * Math.cosh(t), side * b * Math.sinh(t)])
        curves.push({ level, points: steps(...times, PIECES).map((t) => placeOf(point, ...at(t))) })
      }
    }
  }
  return curves
}

/** From when to when `vertex` cosh t + `wing` sinh t is at most `radius` long, or null. */
function span(vertex, wing, radius) {
  const [v, w, both] = [dot(vertex, vertex), dot(wing, wing), dot(vertex, wing)]
  const mean = (v + w) / 2
  const slant = Math.atanh(both / mean) // |...|² = (v − w)/2 + mean cosh 2t + both sinh 2t
  const rest = (radius ** 2 - (v - w) / 2) / Math.sqrt(mean ** 2 - both ** 2)
  return rest >= 1 ? [-Math.acosh(rest), Math.acosh(rest)].map((t) => (t - slant) / 2) : null
}

/** Where one curvature is none the curves are lines along its eigenvector. */
function parallels(point, curved, axes, radius) {
  const bent = curved[0] === 0 ? 1 : 0
  const [out, along] = [axes[bent].paper, axes[1 - bent].paper]
  const far = (0.8 * radius * Math.hypot(...along)) / Math.abs(cross(out, along))
  return shares(radius, 3).flatMap((share) => [share * far, -share * far]).flatMap((d) => {
    const [a, b, c] = [dot(along, along), d * dot(out, along), d * d * dot(out, out) - radius ** 2]
    const root = Math.sqrt(Math.max(0, b * b - a * c))
    const ends = [(-b - root) / a, (-b + root) / a]
    const level = point.f + (curved[bent] * d * d) / 2
    return { level, points: ends.map((t) => (bent ? placeOf(point, t, d) : placeOf(point, d, t))) }
  })
}

/** How many pixels far the model of a point is drawn: not up to the next critical point, and never out of sight. */
export function reachOf(point, points, { across, up, frame }) {
  const gap = ({ x, y }) => Math.hypot((x - point.x) * across, (y - point.y) * up)
  const next = points.reduce((least, other) => (other === point ? least : Math.min(least, gap(other))), Infinity)
  const most = Math.min(REACH.most, REACH.share * Math.min(frame.width, frame.height))
  return Math.max(REACH.least, Math.min(most, SHARE * next))
}

/** What is drawn of the critical points: all of them when `marked`, and the `chosen` one, which may be null. */
export class Marks {
  constructor(points, chosen, marked) {
    Object.assign(this, { points, chosen, marked })
  }

  /** On a `view`: a scene with its pen and scales, as `paint` has it. */
  paint(view) {
    const { chosen, points, marked } = this
    const seen = this.isSeen(view)
    const radius = this.radius(view)
    if (seen) paintModel(view, chosen, reachOf(chosen, points, view), radius + ring(radius) + 4)
    const others = marked ? points : seen ? [chosen] : []
    for (const kind of Object.keys(SHAPES)) {
      if (kind !== "minimum") paintMarks(view, SHAPES[kind], others.filter((point) => point.kind === kind && !point.lowest), radius)
    }
  }

  /** Whether the chosen one is in the picture. */
  isSeen({ box }) {
    return Boolean(this.chosen) && inside([this.chosen.x, this.chosen.y], box)
  }

  /** How large a mark is: many of them are small. */
  radius({ box, frame: { width, height } }) {
    const count = this.points.filter(({ x, y }) => inside([x, y], box)).length
    const room = MARK.room * Math.sqrt((width * height) / Math.max(1, count))
    return Math.max(MARK.least, Math.min(MARK.most, MARK.share * Math.min(width, height), room))
  }

  /** The ring around the chosen one and its eigenvalues, above all that moves. */
  write(view) {
    const { chosen, points } = this
    if (!this.isSeen(view)) return
    paintRing(view, chosen, this.radius(view))
    if (!curvatures(chosen)) return
    const far = SHAFT * reachOf(chosen, points, view)
    let taken = null
    axesOf(chosen, view).forEach(({ paper: [u, v] }, i) => {
      taken = paintLabel(view, view.toPixel(chosen.x, chosen.y), turned([u, -v]), far, `λ${"₁₂"[i]} = ${short(chosen.values[i])}`, taken)
    })
  }

  /** The point whose mark is seen within `reach` of a pixel of the scene, or null. */
  at([px, py], scene, reach) {
    if (!this.marked) return null
    const { toPixel } = scales(scene)
    const seen = this.points.filter(({ x, y, kind }) => inside([x, y], scene.box) && (kind !== "minimum" || scene.marks.has("minima")))
    const placed = seen.map((point) => ({ point, pixel: toPixel(point.x, point.y) }))
    const apart = ({ pixel }) => Math.hypot(pixel[0] - px, pixel[1] - py)
    const best = placed.reduce((near, other) => (near && apart(near) <= apart(other) ? near : other), null)
    return best && apart(best) <= reach ? best.point : null
  }
}

/** How far the ring is outside of its mark. */
const ring = (radius) => (radius < 6 ? 4 : 6)

function paintMarks({ pen, box, theme, toPixel }, shape, points, radius) {
  pen.beginPath()
  for (const { x, y } of points) if (inside([x, y], box)) addShape(pen, shape, toPixel(x, y), radius)
  pen.lineJoin = "round"
  pen.setLineDash([])
  pen.strokeStyle = theme.page
  pen.lineWidth = radius < 6 ? 3.5 : 5
  pen.stroke()
  pen.fillStyle = shape.filled ? theme.text : theme.page
  if (shape.closed) pen.fill()
  pen.strokeStyle = theme.text
  pen.lineWidth = radius < 6 ? 1.5 : 2.2
  pen.stroke()
}

function addShape(pen, { lines, closed }, [x, y], radius) {
  for (const line of lines) {
    line.forEach(([u, v], i) => (i ? pen.lineTo(x + radius * u, y + radius * v) : pen.moveTo(x + radius * u, y + radius * v)))
    if (closed) pen.closePath()
  }
}

function paintRing({ pen, theme, toPixel }, { x, y }, radius) {
  for (const [colour, width] of [[theme.page, 5], [theme.text, 2]]) {
    pen.beginPath()
    pen.arc(...toPixel(x, y), radius + ring(radius), 0, 2 * Math.PI)
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.setLineDash([])
    pen.stroke()
  }
}

/** The level curves of the model, and its axes: arrows go the way of gradient descent, in where f rises and out where it falls. */
function paintModel(view, point, radius, from) {
  const { pen, theme, toPixel } = view
  const trace = () => {
    pen.beginPath()
    for (const { points } of levelCurves(point, view, radius)) {
      points.forEach((place, i) => (i ? pen.lineTo(...toPixel(...place)) : pen.moveTo(...toPixel(...place))))
    }
  }
  stroked(pen, theme, trace, radius < FEW ? [4, 3] : [6, 4], radius < FEW ? 1.2 : 1.6)
  const curved = curvatures(point)
  if (!curved) return
  const arrows = axesOf(point, view).map(({ paper: [u, v] }, i) => arrowsOf(toPixel(point.x, point.y), turned([u, -v]), curved[i], from, SHAFT * radius))
  stroked(pen, theme, () => (pen.beginPath(), arrows.flat().forEach((line) => addLine(pen, line))), [], radius < FEW ? 1.6 : 2)
}

function stroked(pen, theme, trace, dash, width) {
  trace()
  for (const [colour, more, alpha] of [[theme.page, 3, 0.75], [theme.text, 0, 1]]) {
    pen.globalAlpha = alpha
    pen.strokeStyle = colour
    pen.lineWidth = width + more
    pen.setLineDash(more ? [] : dash)
    pen.stroke()
  }
  pen.setLineDash([])
  pen.globalAlpha = 1
}

/** Two lines from the point along an eigenvector, with their heads: lists of pixels. */
function arrowsOf([x, y], [u, v], curvature, from, to) {
  const lines = []
  for (const side of [1, -1]) {
    const at = (far, aside) => [x + side * u * far - v * aside, y + side * v * far + u * aside]
    lines.push([at(from, 0), at(to, 0)])
    const [tip, neck] = curvature > 0 ? [from, from + 8] : [to, to - 8]
    if (curvature !== 0) lines.push([at(neck, 4.5), at(tip, 0), at(neck, -4.5)])
  }
  return lines
}

/** Write at the end of an axis that is in sight, away from the label that is there already. Returns where. */
function paintLabel({ pen, frame, theme }, [x, y], [u, v], far, text, taken) {
  const wide = 8.2 * text.length
  const ends = [1, -1].map((side) => [x + side * u * (far + 8) + (side * u * wide) / 2, y + side * v * (far + 14)])
  const room = ([px, py]) =>
    Math.min(px - wide / 2 - frame.left, frame.left + frame.width - px - wide / 2, py - 10 - frame.top, frame.top + frame.height - py - 10)
  const free = (end) => Math.min(room(end), 0) - (taken && Math.abs(end[1] - taken[1]) < 20 && Math.abs(end[0] - taken[0]) < wide ? 1000 : 0)
  const { left, top, width, height } = frame
  const best = within(free(ends[1]) > free(ends[0]) ? ends[1] : ends[0], [left + wide / 2, left + width - wide / 2, top + 10, top + height - 10])
  pen.font = `600 14px ${theme.font}`
  pen.textAlign = "center"
  pen.textBaseline = "middle"
  pen.strokeStyle = theme.page
  pen.fillStyle = theme.text
  pen.lineWidth = 4
  pen.strokeText(text, ...best)
  pen.fillText(text, ...best)
  return best
}

function addLine(pen, line) {
  line.forEach((pixel, i) => (i ? pen.lineTo(...pixel) : pen.moveTo(...pixel)))
}

const dot = (p, q) => p[0] * q[0] + p[1] * q[1]
const cross = (p, q) => p[0] * q[1] - p[1] * q[0]
const scaled = (p, factor) => [factor * p[0], factor * p[1]]
const turned = (p) => scaled(p, 1 / Math.hypot(...p))
const steps = (from, to, count) => Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count)
