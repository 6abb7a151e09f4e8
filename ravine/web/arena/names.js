// The names of the paths at their ends, for who sits far away: no legend has to be read.

import { exit, inside, pointAt } from "./geometry.js"
import { labelBox } from "./labels.js"

const FONT = 18 // pixels, before they are enlarged with everything else
const LEADS = [12, 28, 52, 84]
const CLEAR = 10 // pixels around an end that no other name hides
const STAY = 2 // points that a place must hide less than the last one, so that names do not jump

/** Write the names of the lanes that are seen. `held` remembers where each stood, by lane. */
export function writeNames(view, lanes, held) {
  const { pen, frame, theme } = view
  pen.font = `600 ${FONT}px ${theme.font}`
  pen.textAlign = "left"
  pen.textBaseline = "middle"
  const ends = lanes.map((lane) => [lane, endOf(view, lane)]).filter(([, end]) => end)
  const taken = ends.map(([, [x, y]]) => [x - CLEAR, x + CLEAR, y - CLEAR, y + CLEAR])
  const edges = [frame.left, frame.left + frame.width, frame.top, frame.top + frame.height]
  const points = lanes.flatMap((lane) => walked(view, lane))
  for (const [lane, end] of ends) {
    const size = [pen.measureText(lane.name).width + 8, FONT * 1.3]
    const near = held.get(lane.id)
    const cost = (box) => points.filter((point) => inside(point, box)).length + (near && same(near, box, end) ? 0 : STAY)
    const best = labelBox(end, size, { leads: LEADS, frame: edges, taken, cost })
    if (!best) continue
    held.set(lane.id, [best[0] - end[0], best[2] - end[1]])
    taken.push(best)
    write(view, lane, end, best)
  }
}

/** Where a path is, or where it left the picture. */
function endOf({ box, position, toPixel }, lane) {
  const here = pointAt(lane, position)
  if (here && inside(here, box)) return toPixel(...here)
  const out = exit(lane, position, box)
  return out && toPixel(...out.at)
}

function walked({ box, position, toPixel }, lane) {
  const points = []
  for (let k = 0; k <= Math.min(position, lane.x.length - 1); k++) {
    if (inside([lane.x[k], lane.y[k]], box)) points.push(toPixel(lane.x[k], lane.y[k]))
  }
  return points
}

const same = ([dx, dy], [left, , top], [x, y]) => Math.abs(left - x - dx) < 1 && Math.abs(top - y - dy) < 1

function write({ pen, theme }, lane, [x, y], [left, right, top, bottom]) {
  const near = [Math.min(right, Math.max(left, x)), Math.min(bottom, Math.max(top, y))]
  const colour = lane[theme.mode]
  if (Math.hypot(near[0] - x, near[1] - y) > LEADS[0] * 1.5) {
    pen.strokeStyle = colour
    pen.lineWidth = 1.5
    pen.setLineDash([])
    pen.beginPath()
    pen.moveTo(x, y)
    pen.lineTo(...near)
    pen.stroke()
  }
  pen.lineWidth = 5
  pen.lineJoin = "round"
  pen.strokeStyle = theme.page
  pen.strokeText(lane.name, left + 4, (top + bottom) / 2)
  pen.fillStyle = colour
  pen.fillText(lane.name, left + 4, (top + bottom) / 2)
}
