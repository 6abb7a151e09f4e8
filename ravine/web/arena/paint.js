// The paths of a race, drawn with a pen: a canvas's context, or one that writes SVG.
//
// A scene is what there is to draw: {lanes, fan, critical, guess, pointed, names, box, frame, position, marks, theme}. The box is the
// part of the plane that is seen, [left, right, bottom, top]; the frame is where on the paper, {left, top, width, height}. `critical`
// and `guess` paint themselves, when there are any (critical.js, guess.js); `names` is where names stood last, when they are written
// (names.js).

import { clip, exit, inside, pointAt, scaled } from "./geometry.js"
import { addMark, drawMark } from "./marks.js"
import { writeNames } from "./names.js"

const APART = 7 // pixels between the markers of a path, at least
const FADES = 8 // pieces of a fading trail
const LASTING = 0.6 // of all steps: older ones have faded
const ARROWS = {
  gradient: { width: 2.2, dash: [5, 4], head: 9, filled: false },
  velocity: { width: 6, dash: [], head: 14, filled: true, alpha: 0.55 },
  step: { width: 3, dash: [], head: 13, filled: true },
}

/** Everything above the ground: the critical points, the fan, the trails, the arrows, the present points and where paths leave the picture. */
export function paint(pen, scene) {
  const { left, top, width, height } = scene.frame
  pen.save()
  pen.beginPath()
  pen.rect(left, top, width, height)
  pen.clip()
  pen.lineJoin = "round"
  const view = { ...scene, pen, ...scales(scene) }
  const lanes = scene.lanes.filter((lane) => !lane.hidden)
  scene.critical?.paint(view)
  for (const path of scene.fan ?? []) drawFan(view, path)
  for (const lane of lanes) drawTrail(view, lane)
  drawStart(view, lanes[0])
  for (const lane of lanes) for (const kind of Object.keys(ARROWS)) drawArrow(view, lane, kind)
  for (const lane of lanes) drawHere(view, lane)
  for (const lane of lanes) drawExit(view, lane)
  if (scene.pointed) drawPointed(view, lanes.find(({ id }) => id === scene.pointed.id))
  scene.critical?.write(view)
  scene.guess?.paint(view)
  if (scene.names) writeNames(view, lanes, scene.names)
  pen.restore()
}

/** Where the ground falls: `field` is a list of [x, y, down x, down y]. Longer arrows are steeper, by their logarithm. */
export function paintField(pen, field, { box, frame, theme }) {
  const { toPixel, across, up } = scales({ box, frame })
  const sizes = field.map(([, , u, v]) => Math.hypot(u, v))
  const steepest = Math.max(...sizes)
  pen.strokeStyle = theme.text
  pen.lineWidth = 1.4
  pen.setLineDash([])
  pen.globalAlpha = 0.5
  pen.beginPath()
  field.forEach(([x, y, u, v], i) => {
    if (!(sizes[i] > 0)) return
    const [px, py] = toPixel(x, y)
    const [dx, dy] = [u * across, -v * up]
    const length = 6 + 12 * Math.max(0, 1 + Math.log10(sizes[i] / steepest) / 3)
    const turn = Math.atan2(dy, dx)
    const tip = [px + (length / 2) * Math.cos(turn), py + (length / 2) * Math.sin(turn)]
    pen.moveTo(2 * px - tip[0], 2 * py - tip[1])
    pen.lineTo(...tip)
    for (const side of [2.6, -2.6]) {
      pen.moveTo(...tip)
      pen.lineTo(tip[0] + 5 * Math.cos(turn + side), tip[1] + 5 * Math.sin(turn + side))
    }
  })
  pen.stroke()
  pen.globalAlpha = 1
}

/** From the plane to the paper: `toPixel(x, y)`, and pixels a unit across and up. */
export function scales({ box, frame }) {
  const across = frame.width / (box[1] - box[0])
  const up = frame.height / (box[3] - box[2])
  return { across, up, toPixel: (x, y) => [frame.left + (x - box[0]) * across, frame.top + (box[3] - y) * up] }
}

function drawFan(view, { lane, path }) {
  const { pen, theme } = view
  tracePath(view, path, 0, path.x.length - 1)
  pen.strokeStyle = lane[theme.mode]
  pen.globalAlpha = 0.28
  pen.lineWidth = 1.2
  pen.setLineDash([])
  pen.stroke()
  pen.globalAlpha = 1
}

function drawTrail(view, lane) {
  const { position, marks } = view
  const from = marks.has("fade") ? Math.max(0, position - LASTING * (lane.x.length - 1)) : 0
  if (!marks.has("fade") || position - from < FADES) {
    strokeTrail(view, lane, Math.floor(from), position, 1)
    drawIterates(view, lane, Math.floor(from), 1)
    return
  }
  for (let i = 0; i < FADES; i++) {
    const [a, b] = [i, i + 1].map((part) => from + ((position - from) * part) / FADES)
    strokeTrail(view, lane, Math.floor(a), i === FADES - 1 ? position : Math.floor(b), (i + 1) / FADES)
  }
  drawIterates(view, lane, Math.ceil(from + (position - from) / 2), 1)
}

function strokeTrail(view, lane, from, to, alpha) {
  const { pen, theme } = view
  tracePath(view, lane, from, to)
  pen.globalAlpha = 0.75 * alpha
  pen.strokeStyle = theme.page
  pen.lineWidth = 5.5
  pen.setLineDash([])
  pen.stroke()
  pen.globalAlpha = alpha
  pen.strokeStyle = lane[theme.mode]
  pen.lineWidth = 2.6
  pen.setLineDash(lane.dash)
  pen.stroke()
  pen.setLineDash([])
  pen.globalAlpha = 1
}

/** Put a path's steps `from` to `to` (that one may be a fraction) on the pen; what is far outside is cut near the box. */
function tracePath({ pen, box, frame, across, up }, { x, y }, from, to) {
  const whole = Math.min(Math.floor(to), x.length - 1)
  const [wide, high] = [4 * frame.width, 4 * frame.height]
  let px = NaN
  let py = NaN
  let drawing = false
  pen.beginPath()
  for (let k = from; k <= whole + 1; k++) {
    const last = k > whole
    const end = last ? (to > whole && whole + 1 < x.length ? pointAt({ x, y }, to) : null) : null
    if (last && !end) break
    const qx = frame.left + ((last ? end[0] : x[k]) - box[0]) * across
    const qy = frame.top + (box[3] - (last ? end[1] : y[k])) * up
    if (!Number.isFinite(qx) || !Number.isFinite(qy)) break
    const near = Math.abs(qx) < wide && Math.abs(qy) < high
    if (near && (drawing || k === from)) {
      if (drawing) pen.lineTo(qx, qy)
      else pen.moveTo(qx, qy)
      drawing = true
    } else {
      if (k > from) cutLine(pen, [px, py], [qx, qy], [-wide, wide, -high, high])
      drawing = near && k > from
    }
    px = qx
    py = qy
  }
}

/** The part of a line that is near the paper. */
function cutLine(pen, p, q, paper) {
  const part = clip(p, q, paper)
  if (!part) return
  pen.moveTo(...part[0])
  pen.lineTo(...part[1])
}

/** A marker at each iterate, as far as there is room. */
function drawIterates({ pen, box, position, theme, toPixel }, lane, from, alpha) {
  pen.fillStyle = lane[theme.mode]
  pen.strokeStyle = theme.page
  pen.lineWidth = 1
  pen.globalAlpha = alpha
  pen.beginPath()
  let [lastX, lastY] = [Infinity, Infinity]
  for (let k = Math.max(1, from); k <= Math.min(Math.floor(position), lane.x.length - 1); k++) {
    const x = lane.x[k]
    const y = lane.y[k]
    if (Number.isNaN(x + y)) break
    if (x < box[0] || x > box[1] || y < box[2] || y > box[3]) continue
    const [px, py] = toPixel(x, y)
    if (Math.hypot(px - lastX, py - lastY) < APART) continue
    addMark(pen, lane.marker, px, py, 4)
    lastX = px
    lastY = py
  }
  pen.fill()
  pen.stroke()
  pen.globalAlpha = 1
}

function drawStart({ pen, theme, toPixel }, lane) {
  if (!lane) return
  const [x, y] = toPixel(lane.x[0], lane.y[0])
  pen.setLineDash([])
  pen.lineWidth = 2.5
  pen.strokeStyle = theme.text
  pen.fillStyle = theme.page
  pen.beginPath()
  pen.arc(x, y, 8, 0, 2 * Math.PI)
  pen.fill()
  pen.stroke()
}

function drawHere({ pen, box, position, theme, toPixel }, lane) {
  const point = pointAt(lane, position)
  if (!point || !inside(point, box)) return
  pen.fillStyle = lane[theme.mode]
  pen.strokeStyle = theme.page
  pen.lineWidth = 2
  drawMark(pen, lane.marker, ...toPixel(...point), 7.5)
}

/** A ring around the point that is hovered. */
function drawPointed({ pen, pointed, theme, toPixel }, lane) {
  if (!lane || !(pointed.step < lane.x.length)) return
  pen.setLineDash([])
  pen.lineWidth = 2
  pen.strokeStyle = theme.text
  pen.beginPath()
  pen.arc(...toPixel(lane.x[pointed.step], lane.y[pointed.step]), 10, 0, 2 * Math.PI)
  pen.stroke()
}

/** An arrow from the last whole step, to scale. */
function drawArrow(view, lane, kind) {
  const arrow = lane.arrows?.[kind]
  if (!arrow || !view.marks.has(kind)) return
  const { pen, box, theme, toPixel } = view
  const k = Math.min(Math.floor(view.position + 1e-9), lane.x.length - 1)
  const tail = [lane.x[k], lane.y[k]]
  const tip = [tail[0] + arrow.x[k], tail[1] + arrow.y[k]]
  if (![...tail, ...tip].every(Number.isFinite) || !inside(tail, box)) return
  const part = clip(tail, tip, scaled(box, 3))
  const [from, to] = [toPixel(...tail), toPixel(...part[1])]
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length < 2) return
  const look = ARROWS[kind]
  pen.globalAlpha = 1
  for (const [colour, more] of [[theme.page, 3], [lane[theme.mode], 0]]) {
    pen.globalAlpha = more ? 0.8 : (look.alpha ?? 1)
    strokeArrow(pen, from, to, { ...look, head: Math.min(look.head, 0.7 * length) }, colour, more)
  }
  pen.globalAlpha = 1
}

function strokeArrow(pen, from, to, { width, dash, head, filled }, colour, more) {
  const turn = Math.atan2(to[1] - from[1], to[0] - from[0])
  const corner = (side) => [to[0] - head * Math.cos(turn + side), to[1] - head * Math.sin(turn + side)]
  const neck = filled ? [to[0] - 0.8 * head * Math.cos(turn), to[1] - 0.8 * head * Math.sin(turn)] : to
  pen.strokeStyle = pen.fillStyle = colour
  pen.lineWidth = width + more
  pen.setLineDash(more ? [] : dash)
  pen.beginPath()
  pen.moveTo(...from)
  pen.lineTo(...neck)
  pen.stroke()
  pen.setLineDash([])
  pen.lineWidth = filled ? more : 2 + more
  pen.beginPath()
  pen.moveTo(...corner(0.5))
  pen.lineTo(...to)
  pen.lineTo(...corner(-0.5))
  if (filled) pen.closePath()
  if (filled && !more) pen.fill()
  else pen.stroke()
}

/** An arrowhead and the number of the step, where a path went out of the picture. */
function drawExit({ pen, box, position, theme, toPixel, across, up }, lane) {
  const here = pointAt(lane, position)
  if (here && inside(here, box)) return
  const out = exit(lane, position, box)
  if (!out) return
  const [x, y] = toPixel(...out.at)
  const turn = Math.atan2(-out.towards[1] * up, out.towards[0] * across)
  const tip = (side, length) => [x - length * Math.cos(turn + side), y - length * Math.sin(turn + side)]
  pen.fillStyle = lane[theme.mode]
  pen.strokeStyle = theme.page
  pen.lineWidth = 1.5
  pen.beginPath()
  for (const corner of [[x, y], tip(0.45, 17), tip(-0.45, 17)]) pen.lineTo(...corner)
  pen.closePath()
  pen.stroke()
  pen.fill()
  const [tx, ty] = tip(0, 30)
  pen.font = `600 14px ${theme.font}`
  pen.textAlign = "center"
  pen.textBaseline = "middle"
  pen.lineWidth = 4
  pen.strokeText(out.step, tx, ty)
  pen.fillText(out.step, tx, ty)
}
